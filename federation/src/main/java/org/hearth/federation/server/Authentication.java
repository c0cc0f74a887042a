package org.hearth.federation.server;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.hearth.federation.XMatrix;
import org.hearth.federation.client.PeerRules;
import org.hearth.federation.client.RequestSigner;
import org.hearth.federation.keys.KeyRing;
import org.hearth.schemas.crypto.Base64Unpadded;
import org.hearth.schemas.crypto.SignedJson;
import org.hearth.schemas.crypto.VerifyKey;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.id.ServerName;
import org.jspecify.annotations.Nullable;

/// Finds out which server sent a request: [request
/// authentication](https://spec.matrix.org/v1.19/server-server-api/#request-authentication).
final class Authentication {
  private static final int MAX_HEADERS = 10;

  private final ServerName own;
  private final KeyRing keys;
  private final PeerRules peers;

  Authentication(ServerName own, KeyRing keys, PeerRules peers) {
    this.own = own;
    this.keys = keys;
    this.peers = peers;
  }

  /// The server that signed the request with a key of its own that is valid now.
  ///
  /// @param uri as it stood in the request line
  /// @param headers all values of `Authorization`; several are several signatures of one origin
  ServerName authenticate(
      String method, String uri, List<String> headers, @Nullable JsonNode body) {
    List<XMatrix> claims = XMatrix.parseAll(headers.stream().limit(MAX_HEADERS).toList());
    if (claims.isEmpty()) {
      throw BadRequest.unauthorized("The request has no X-Matrix Authorization header.");
    }
    String name = claims.getFirst().origin();
    for (XMatrix claim : claims) {
      if (!claim.origin().equals(name)) {
        throw BadRequest.unauthorized("The Authorization headers name several origins.");
      }
      // "If the destination is given and is not this server, the request must be denied."
      if (claim.destination() != null && !own.value().equals(claim.destination())) {
        throw BadRequest.unauthorized("The request is signed for another destination.");
      }
    }
    ServerName origin =
        ServerName.tryParse(name)
            .orElseThrow(() -> BadRequest.unauthorized("The origin is not a server name."));
    if (origin.equals(own)) throw BadRequest.unauthorized("This server does not ask itself.");
    if (!peers.allows(origin)) {
      throw new BadRequest(
          403, ErrorCode.M_FORBIDDEN, "This server does not federate with " + origin + ".");
    }
    for (XMatrix claim : claims) {
      if (signed(origin, claim, method, uri, body)) return origin;
    }
    throw BadRequest.unauthorized(
        "The signature does not match, or the keys of " + origin + " could not be had.");
  }

  /// The destination is part of what is signed also where the header leaves it out.
  private boolean signed(
      ServerName origin, XMatrix claim, String method, String uri, @Nullable JsonNode body) {
    byte[] signature;
    try {
      signature = Base64Unpadded.decode(claim.signature());
    } catch (IllegalArgumentException e) {
      return false;
    }
    VerifyKey key = keys.findForRequest(origin, claim.key()).orElse(null);
    return key != null
        && key.verify(
            SignedJson.signedBytes(
                RequestSigner.requestObject(method, uri, origin.value(), own.value(), body)),
            signature);
  }
}
