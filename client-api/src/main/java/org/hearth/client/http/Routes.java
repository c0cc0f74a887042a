package org.hearth.client.http;

import java.util.ArrayList;
import java.util.List;

/// Where endpoint classes mount their handlers: method, path, authentication, rate class and body
/// type in one line.
///
/// ```java
/// void mount(Routes routes) {
///   routes.get("/v3/account/whoami", Auth.ACCESS_TOKEN, this::getTokenOwner);
///   routes.limited(RateClass.LOGIN).post("/v3/login", Auth.NONE, LoginRequest.class, this::login);
/// }
/// ```
///
/// - A template is relative to `/_matrix/client`, unless it begins with `/_` or `/.`: then it is
///   the whole path. `:name` stands for one non-empty segment, read by [Path#get]; a template may
///   end with `/`. Everything under `/_matrix/client/v3` and `/_matrix/media/v3` answers under `r0`
///   too.
/// - The body type of `post` and `put` is a record (bound strictly: a component that is not
///   `@Nullable` is required, also a primitive one; unknown keys are ignored, nothing is coerced),
///   or `com.fasterxml.jackson.databind.JsonNode` and its subtypes (`ObjectNode` for "any object").
/// - Views like [#limited] and [#bodyUpTo] declare what differs from the defaults for the routes
///   mounted through them. Mounting is done before the server listens.
public final class Routes {
  /// What a body may measure unless the route says otherwise: an event of 65,536 bytes with room
  /// for escapes.
  public static final long DEFAULT_MAX_BYTES = 256 * 1024;

  private final List<Route> mounted;
  private final RateClass rate;
  private final long maxBytes;
  private final boolean emptyAllowed;
  private final boolean activeOnly;

  public Routes() {
    this(new ArrayList<>(), RateClass.UNLIMITED, DEFAULT_MAX_BYTES, false, false);
  }

  private Routes(
      List<Route> mounted,
      RateClass rate,
      long maxBytes,
      boolean emptyAllowed,
      boolean activeOnly) {
    this.activeOnly = activeOnly;
    this.mounted = mounted;
    this.rate = rate;
    this.maxBytes = maxBytes;
    this.emptyAllowed = emptyAllowed;
  }

  /// A view whose routes count against a rate class.
  public Routes limited(RateClass rate) {
    return new Routes(mounted, rate, maxBytes, emptyAllowed, activeOnly);
  }

  /// A view whose routes take bodies of up to so many bytes.
  public Routes bodyUpTo(long maxBytes) {
    return new Routes(mounted, rate, maxBytes, emptyAllowed, activeOnly);
  }

  /// A view whose routes take a request without any body as `{}`: what many clients send where
  /// every key is optional.
  public Routes emptyBodyAllowed() {
    return new Routes(mounted, rate, maxBytes, true, activeOnly);
  }

  /// A view whose routes refuse
  /// [suspended](https://spec.matrix.org/v1.19/client-server-api/#account-suspension) accounts with
  /// 403 `M_USER_SUSPENDED`.
  public Routes refusingSuspended() {
    return new Routes(mounted, rate, maxBytes, emptyAllowed, true);
  }

  /// Mounts a GET.
  public void get(String template, Auth auth, Handler.Bodyless handler) {
    add(Method.GET, template, auth, new Body.Ignored(), ignoring(handler));
  }

  /// Mounts a DELETE without a body.
  public void delete(String template, Auth auth, Handler.Bodyless handler) {
    add(Method.DELETE, template, auth, new Body.Ignored(), ignoring(handler));
  }

  /// Mounts a DELETE with a body.
  public <B> void delete(String template, Auth auth, Class<B> type, Handler.WithBody<B> handler) {
    add(Method.DELETE, template, auth, new Body.Json(type, emptyAllowed), casting(type, handler));
  }

  /// Mounts a POST that ignores its body.
  public void post(String template, Auth auth, Handler.Bodyless handler) {
    add(Method.POST, template, auth, new Body.Ignored(), ignoring(handler));
  }

  /// Mounts a POST with a JSON body.
  public <B> void post(String template, Auth auth, Class<B> type, Handler.WithBody<B> handler) {
    add(Method.POST, template, auth, new Body.Json(type, emptyAllowed), casting(type, handler));
  }

  /// Mounts a PUT with a JSON body.
  public <B> void put(String template, Auth auth, Class<B> type, Handler.WithBody<B> handler) {
    add(Method.PUT, template, auth, new Body.Json(type, emptyAllowed), casting(type, handler));
  }

  /// Mounts a PUT that ignores its body.
  public void put(String template, Auth auth, Handler.Bodyless handler) {
    add(Method.PUT, template, auth, new Body.Ignored(), ignoring(handler));
  }

  /// Mounts a route that takes its body as bytes, as they are.
  public void bytes(Method method, String template, Auth auth, Handler.WithBody<byte[]> handler) {
    add(method, template, auth, new Body.Bytes(), casting(byte[].class, handler));
  }

  /// Mounts a route that reads its body as a stream while it arrives.
  public void stream(
      Method method, String template, Auth auth, Handler.WithBody<BodyStream> handler) {
    add(method, template, auth, new Body.Stream(), casting(BodyStream.class, handler));
  }

  /// All routes mounted so far, as `METHOD /path/:parameter`, in the order of mounting.
  public List<String> listed() {
    return mounted.stream().map(route -> route.method() + " " + route.template()).toList();
  }

  List<Route> mounted() {
    return List.copyOf(mounted);
  }

  private void add(
      Method method, String template, Auth auth, Body body, Handler.WithBody<Object> handler) {
    boolean whole = template.startsWith("/_") || template.startsWith("/.");
    String path = whole ? template : "/_matrix/client" + template;
    mounted.add(new Route(method, path, auth, activeOnly, rate, maxBytes, body, handler));
  }

  private static Handler.WithBody<Object> ignoring(Handler.Bodyless handler) {
    return (caller, path, body) -> handler.handle(caller, path);
  }

  private static <B> Handler.WithBody<Object> casting(Class<B> type, Handler.WithBody<B> handler) {
    return (caller, path, body) -> handler.handle(caller, path, type.cast(body));
  }
}
