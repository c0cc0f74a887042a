/// Accounts: who may log in here, on which devices, with which tokens, and what they keep with us.
@NullMarked
package org.hearth.engine.account;

import org.jspecify.annotations.NullMarked;
