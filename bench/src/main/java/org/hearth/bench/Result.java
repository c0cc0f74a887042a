package org.hearth.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/// What one scenario measured.
///
/// @param scenario its name
/// @param clients how many clients were working
/// @param seconds how long events were counted, without the warm-up
/// @param events how many requests were answered 200 in that time
/// @param eventsPerSecond the same as a rate
/// @param latencyMs from the first byte of a request to the end of its answer; at a fixed rate from
///   the moment when it was due, so that waiting for its turn counts. Time spent waiting after 429
///   is not in it, except at a fixed rate
/// @param deliveryMs from the first byte of a send to a reader's /sync that shows the event; null
///   without readers
/// @param rateLimited answers 429, after each of which the same request was tried again
/// @param failures other answers than 200 and 429, and requests without an answer
/// @param generatorMicros processor time of the load generator for each event
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Result(
    String scenario,
    int clients,
    double seconds,
    long events,
    double eventsPerSecond,
    Percentiles latencyMs,
    @Nullable Percentiles deliveryMs,
    long rateLimited,
    long failures,
    double generatorMicros) {}
