package org.hearth.engine.verify;

import java.util.List;
import java.util.Map;

/// What a verification of a room came to.
///
/// @param events how many there are by standing, in lower case
/// @param stateKeys how many entries the current state has
/// @param signatures how many were good
/// @param unchecked signatures that could not be checked for want of a key, by server
/// @param resolutions how many times differing states were resolved anew
/// @param counts of findings by kind
/// @param findings of each kind not more than a hundred
public record VerificationReport(
    String room,
    String version,
    Map<String, Long> events,
    int stateKeys,
    long signatures,
    Map<String, Long> unchecked,
    long resolutions,
    Map<String, Long> counts,
    List<Finding> findings) {

  /// Whether everything stored is what the rules make of it.
  public boolean sound() {
    return findings.stream().noneMatch(finding -> finding.kind().isDifference());
  }
}
