/// Push rules and pushers.
@NullMarked
package org.hearth.client.push;

import org.jspecify.annotations.NullMarked;
