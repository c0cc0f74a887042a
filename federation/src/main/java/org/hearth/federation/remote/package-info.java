/// The engine's questions to other servers, put into requests: each class answers one port. What
/// comes back is checked for its shape only; the engine verifies events and keys.
@NullMarked
package org.hearth.federation.remote;

import org.jspecify.annotations.NullMarked;
