package org.hearth.federation.server;

/// Bounds of incoming federation traffic.
///
/// @param maxBodyBytes of a request
/// @param bufferedBytes of all bodies that were received and not yet answered
/// @param running requests that are worked on at a time
/// @param waiting requests that may wait for their turn; more are answered 503
/// @param requestsPerSecond of one server (or address, where requests are not signed), over time
/// @param burst of one server, at once
public record FaceLimits(
    int maxBodyBytes,
    long bufferedBytes,
    int running,
    int waiting,
    double requestsPerSecond,
    int burst) {

  public static final FaceLimits DEFAULT =
      new FaceLimits(10 << 20, 256L << 20, 128, 1000, 100, 1000);
}
