/// Accounts, devices, tokens, profiles, account data and pushers: their rows, and reading them.
@NullMarked
package org.hearth.storage.account;

import org.jspecify.annotations.NullMarked;
