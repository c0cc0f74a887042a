/// Requests to other homeservers:
/// [discovery](https://spec.matrix.org/v1.19/server-server-api/#server-discovery), pooled TLS
/// connections, [X-Matrix](https://spec.matrix.org/v1.19/server-server-api/#request-authentication)
/// signatures, backoff. Start reading at [FederationClient].
@NullMarked
package org.hearth.federation.client;

import org.jspecify.annotations.NullMarked;
