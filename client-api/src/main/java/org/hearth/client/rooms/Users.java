package org.hearth.client.rooms;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.RateClass;
import org.hearth.client.http.Reply;
import org.hearth.client.http.RequestError;
import org.hearth.client.http.Routes;
import org.hearth.engine.userdirectory.UserDirectory;
import org.hearth.schemas.id.UserId;
import org.jspecify.annotations.Nullable;

/// Specification file `users.yaml`.
public final class Users {
  private static final int DEFAULT_LIMIT = 10;

  private final UserDirectory directory;

  public Users(UserDirectory directory) {
    this.directory = directory;
  }

  /// Mounts the endpoint.
  public void mount(Routes routes) {
    routes
        .limited(RateClass.GENERAL)
        .post(
            "/v3/user_directory/search",
            Auth.ACCESS_TOKEN,
            SearchRequest.class,
            this::searchUserDirectory);
  }

  /// Body of
  /// [searchUserDirectory](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3user_directorysearch).
  ///
  /// @param limit absent means 10
  record SearchRequest(@JsonProperty("search_term") String searchTerm, @Nullable Integer limit) {}

  /// Somebody who was found.
  record Found(
      @JsonProperty("user_id") UserId userId,
      @JsonProperty("display_name") @Nullable String displayName,
      @JsonProperty("avatar_url") @Nullable String avatarUrl) {}

  /// What was found.
  record Results(List<Found> results, boolean limited) {}

  Reply searchUserDirectory(Caller caller, Path path, SearchRequest body) {
    int limit = body.limit() == null ? DEFAULT_LIMIT : body.limit();
    if (limit < 0) {
      throw RequestError.invalidParam("limit must not be negative");
    }
    UserDirectory.Page page = directory.search(caller.userId(), body.searchTerm(), limit);
    return Reply.ok(
        new Results(
            page.results().stream()
                .map(one -> new Found(one.userId(), one.displayName(), one.avatarUrl()))
                .toList(),
            page.limited()));
  }
}
