package org.hearth.server.config;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.hearth.server.config.Config.Rate;
import org.hearth.server.config.Config.RateClass;
import org.hearth.server.config.Config.RateLimits;

/// Reads `rate_limits`: each class by its name in lower case.
final class RateLimitsReader {
  private RateLimitsReader() {}

  static RateLimits read(Section section) {
    try (section) {
      boolean enabled = section.truth("enabled", true);
      Map<RateClass, Rate> classes = new EnumMap<>(RateClass.class);
      for (RateClass one : RateClass.values()) {
        Rate rate = one.defaultRate();
        try (Section keys = section.section(one.name().toLowerCase(Locale.ROOT))) {
          classes.put(
              one,
              new Rate(
                  keys.decimal("per_second", rate.perSecond(), 0.001, 1_000_000),
                  keys.number("burst", rate.burst(), 1, 1_000_000)));
        }
      }
      return new RateLimits(enabled, Map.copyOf(classes));
    }
  }
}
