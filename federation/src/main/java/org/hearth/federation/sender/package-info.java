/// Delivers local events and EDUs to other servers: durable, in order, one transaction at a time
/// for each destination. Start reading at [FederationSender].
@NullMarked
package org.hearth.federation.sender;

import org.jspecify.annotations.NullMarked;
