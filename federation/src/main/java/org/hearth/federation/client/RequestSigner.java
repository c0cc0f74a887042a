package org.hearth.federation.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.hearth.federation.XMatrix;
import org.hearth.schemas.crypto.Base64Unpadded;
import org.hearth.schemas.crypto.SignedJson;
import org.hearth.schemas.crypto.SigningKey;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.json.Json;
import org.jspecify.annotations.Nullable;

/// Signs what this server asks of others ([request
/// authentication](https://spec.matrix.org/v1.19/server-server-api/#request-authentication)).
public final class RequestSigner {
  private final ServerName origin;
  private final SigningKey key;

  public RequestSigner(ServerName origin, SigningKey key) {
    this.origin = origin;
    this.key = key;
  }

  ServerName origin() {
    return origin;
  }

  /// The value of the `Authorization` header.
  ///
  /// @param uri "the request target", from `/_matrix` on and with the query
  /// @param content the JSON body; null if the request has none
  public String authorization(
      String method, String uri, ServerName destination, @Nullable JsonNode content) {
    ObjectNode request = requestObject(method, uri, origin.value(), destination.value(), content);
    String signature = Base64Unpadded.encode(key.sign(SignedJson.signedBytes(request)));
    return new XMatrix(origin.value(), destination.value(), key.id(), signature).format();
  }

  /// What the signature of a request covers; both sides build it.
  public static ObjectNode requestObject(
      String method, String uri, String origin, String destination, @Nullable JsonNode content) {
    ObjectNode request = Json.object();
    request.put("method", method);
    request.put("uri", uri);
    request.put("origin", origin);
    request.put("destination", destination);
    if (content != null) request.set("content", content);
    return request;
  }
}
