package org.hearth.bench;

import java.time.Duration;

/// How much to do.
///
/// @param clients senders in the scenarios with many
/// @param rooms over which they spread
/// @param warmUp sending before the measurement begins
/// @param measured how long sends are counted
record Plan(int clients, int rooms, Duration warmUp, Duration measured) {}
