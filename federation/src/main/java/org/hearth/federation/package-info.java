/// The face to other homeservers, in both directions. Here is what the directions share; `client`
/// asks, `keys` knows who signs, `server` answers, `sender` delivers.
@NullMarked
package org.hearth.federation;

import org.jspecify.annotations.NullMarked;
