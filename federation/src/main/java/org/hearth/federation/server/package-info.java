/// What other servers ask of this one. One class for each file of the specification's OpenAPI
/// description; its methods are the operation IDs. Start reading at [FederationFace].
@NullMarked
package org.hearth.federation.server;

import org.jspecify.annotations.NullMarked;
