package org.hearth.engine.room;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.hearth.engine.Glob;
import org.hearth.schemas.id.ServerName;

/// [`m.room.server_acl`](https://spec.matrix.org/v1.19/client-server-api/#mroomserver_acl): which
/// servers may take part. Globs match the whole host name without the port, in either letter case.
///
/// @param content of the event
public record ServerAcl(ObjectNode content) {

  /// "If the `allow_ip_literals` is false and the server name is an IP literal, deny. If it matches
  /// an entry in the `deny` list, deny. If it matches an entry in the `allow` list, allow.
  /// Otherwise, deny."
  public boolean allows(ServerName server) {
    var ipLiterals = content.path("allow_ip_literals");
    if (ipLiterals.isBoolean() && !ipLiterals.booleanValue() && server.isIpLiteral()) return false;
    var host = server.host();
    return !matchesAny(content.path("deny"), host) && matchesAny(content.path("allow"), host);
  }

  private static boolean matchesAny(JsonNode globs, String host) {
    for (JsonNode glob : globs) {
      if (glob.isTextual() && Glob.matches(glob.textValue(), host)) return true;
    }
    return false;
  }
}
