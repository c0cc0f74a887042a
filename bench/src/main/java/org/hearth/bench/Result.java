package org.hearth.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/// What one scenario measured.
///
/// @param scenario its name
/// @param clients how many clients were sending
/// @param seconds how long events were counted, without the warm-up
/// @param events how many sends were answered 200 in that time
/// @param eventsPerSecond the same as a rate
/// @param latencyMs from the first byte of a send to the end of its answer; time spent waiting
///   after 429 is not in it
/// @param deliveryMs from the first byte of a send to a reader's /sync that shows the event; null
///   without readers
/// @param rateLimited answers 429, after each of which the same request was tried again
/// @param failures other answers than 200 and 429, and requests without an answer
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
    long failures) {}
