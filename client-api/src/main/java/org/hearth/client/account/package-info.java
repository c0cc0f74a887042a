/// Accounts of this server: registering, logging in, devices, passwords, and their end.
@NullMarked
package org.hearth.client.account;

import org.jspecify.annotations.NullMarked;
