/// What local users send: [Sending] checks the encryption policy and what the specification asks
/// beyond authorisation, then appends.
@NullMarked
package org.hearth.engine.sending;

import org.jspecify.annotations.NullMarked;
