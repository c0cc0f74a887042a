package org.hearth.engine.verify;

import java.util.List;

/// Why a state has an entry, from now back to the event that made it.
///
/// @param type and key of the entry
/// @param winner id of the event that the state has; empty if it has none
/// @param merges where branches of the room differed in the entry, the newest first
/// @param origin a sentence on where the entry comes from before all of these
public record Explanation(
    String room, String type, String key, String winner, List<Merge> merges, String origin) {

  public Explanation {
    merges = List.copyOf(merges);
  }

  /// Branches that came together.
  ///
  /// @param at the event whose previous events they are; empty for the room's heads
  /// @param candidates the different entries of the branches
  /// @param offers each event of the key that state resolution looked at, in its order
  /// @param winner id of the event that the resolved state has; empty for none
  /// @param because a sentence
  public record Merge(
      String at, List<Candidate> candidates, List<Offer> offers, String winner, String because) {

    public Merge {
      candidates = List.copyOf(candidates);
      offers = List.copyOf(offers);
    }
  }

  /// What some of the branches have.
  ///
  /// @param event its id; empty if these branches have no such entry
  /// @param membership of a member event; empty for others
  /// @param branches ids of the events whose state it is
  public record Candidate(
      String event,
      String sender,
      long originServerTs,
      long depth,
      String membership,
      List<String> branches) {

    public Candidate {
      branches = List.copyOf(branches);
    }
  }

  /// State resolution looked at an event.
  ///
  /// @param step of the algorithm
  /// @param place the how manieth of all events it looked at, from 1
  /// @param verdict what the authorisation rules said, with the rule's number
  /// @param candidate whether some branch has it; else it came in by the auth difference
  public record Offer(
      String step, int place, String event, boolean allowed, String verdict, boolean candidate) {}
}
