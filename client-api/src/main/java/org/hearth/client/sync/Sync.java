package org.hearth.client.sync;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.Reply;
import org.hearth.client.http.RequestError;
import org.hearth.client.http.RequestThreads;
import org.hearth.client.http.Routes;
import org.hearth.engine.Requester;
import org.hearth.engine.filter.Filter;
import org.hearth.engine.presence.PresenceState;
import org.hearth.engine.sync.SyncRequest;
import org.hearth.engine.sync.SyncToken;
import org.hearth.engine.userdata.Filters;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.json.MalformedJson;
import org.jspecify.annotations.Nullable;

/// Specification file `sync.yaml`.
public final class Sync {
  private final org.hearth.engine.sync.Sync sync;
  private final Filters filters;
  private final RequestThreads threads;

  public Sync(org.hearth.engine.sync.Sync sync, Filters filters, RequestThreads threads) {
    this.sync = sync;
    this.filters = filters;
    this.threads = threads;
  }

  public void mount(Routes routes) {
    routes.get("/v3/sync", Auth.ACCESS_TOKEN, this::sync);
  }

  Reply sync(Caller caller, Path path) {
    var query = path.query();
    var request =
        new SyncRequest(
            since(query.first("since").orElse(null)),
            filter(caller, query.first("filter").orElse("")),
            query.flag("full_state", false),
            query.flag("use_state_after", false)
                || query.flag("org.matrix.msc4222.use_state_after", false),
            Duration.ofMillis(query.number("timeout", 0)),
            setPresence(query.first("set_presence").orElse(null)));
    var requester = new Requester(caller.userId(), caller.deviceId());
    return Reply.ok(sync.sync(requester, request, threads::parked));
  }

  private static @Nullable SyncToken since(@Nullable String token) {
    if (token == null || token.isEmpty()) return null;
    return SyncToken.parse(token)
        .orElseThrow(() -> RequestError.invalidParam("`since` is not a token of this server"));
  }

  /// "If this parameter is omitted then the client is automatically marked as online when it uses
  /// this API."
  private static PresenceState setPresence(@Nullable String text) {
    if (text == null) return PresenceState.ONLINE;
    return PresenceState.parse(text)
        .orElseThrow(
            () -> RequestError.invalidParam("set_presence is online, unavailable or offline"));
  }

  /// The id of a filter, or one as JSON.
  private Filter filter(Caller caller, String text) {
    if (text.isEmpty()) return Filter.ALL;
    try {
      if (!text.startsWith("{"))
        return filters
            .find(caller.userId(), text)
            .map(Sync::bind)
            .orElseThrow(() -> RequestError.invalidParam("There is no such filter"));
      return bind(Json.parseObject(text.getBytes(StandardCharsets.UTF_8)));
    } catch (MalformedJson e) {
      throw RequestError.invalidParam("`filter` is neither a filter's id nor a filter");
    }
  }

  private static Filter bind(ObjectNode filter) {
    var problem = Filters.problem(filter);
    if (problem.isPresent()) throw RequestError.invalidParam("`filter`: " + problem.get());
    try {
      return Json.bind(filter, Filter.class);
    } catch (MalformedJson e) {
      throw RequestError.invalidParam("`filter`: " + e.getMessage());
    }
  }
}
