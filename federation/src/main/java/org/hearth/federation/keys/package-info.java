/// Who signed what: this server's own key document, other servers' keys, and passing those on as a
/// notary ([retrieving server
/// keys](https://spec.matrix.org/v1.19/server-server-api/#retrieving-server-keys)). Start reading
/// at [KeyRing].
@NullMarked
package org.hearth.federation.keys;

import org.jspecify.annotations.NullMarked;
