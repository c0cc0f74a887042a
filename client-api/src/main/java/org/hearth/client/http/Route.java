package org.hearth.client.http;

/// One mounted endpoint.
///
/// @param template the absolute path; `:name` stands for one non-empty segment
/// @param activeOnly whether suspended accounts are refused
/// @param maxBytes how large the body may be
record Route(
    Method method,
    String template,
    Auth auth,
    boolean activeOnly,
    RateClass rate,
    long maxBytes,
    Body body,
    Handler.WithBody<Object> handler) {}
