package org.hearth.engine.room;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.hearth.engine.room.state.StateNode;
import org.hearth.ledger.Change;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.jspecify.annotations.Nullable;

/// What the rooms write.
public sealed interface RoomChange extends Change {

  /// Makes a room known; its events follow.
  record StartRoom(RoomKey room) implements RoomChange {}

  /// A state key and the ordinal that the room gave it, from 0.
  record NewKey(int ordinal, StateKey key) {}

  /// New current memberships, each of which follows from the appended event.
  ///
  /// @param arrived servers that now have a joined member and had none
  /// @param departed servers whose last joined member is gone
  record Occupancy(
      List<Membership> memberships, List<ServerName> arrived, List<ServerName> departed) {
    static final Occupancy UNCHANGED = new Occupancy(List.of(), List.of(), List.of());

    public Occupancy {
      memberships = List.copyOf(memberships);
      arrived = List.copyOf(arrived);
      departed = List.copyOf(departed);
    }
  }

  /// @param membership `leave` also where no member event is left
  /// @param local whether the user belongs to this server, so that /sync needs the history
  record Membership(
      UserId user, String membership, EventId eventId, UserId sender, boolean local) {}

  /// @param target the event that is to be redacted; noted whether known or not
  /// @param applied the target's ordinal if it loses its content now; 0 otherwise
  record RedactionNote(EventId target, int applied) {}

  /// `m.relates_to` of an event, taken before it is sealed.
  record Relation(EventId target, String type) {}

  /// How an event entered.
  enum Entrance {
    /// At the room's heads, or near: it gets a position.
    LIVE,
    /// As history: in the timeline, but without a position.
    BACKFILLED,
    /// Its place is not known.
    OUTLIER
  }

  /// One event, and all that follows from it.
  ///
  /// @param replacesOutlier a row with this ordinal exists and is replaced
  /// @param rejectedFor name of the rule by which it was rejected or soft-failed; null if accepted
  /// @param nodes of all states that this event refers to and that are not stored yet
  /// @param heads ordinals of the forward extremities from now on; null for an event that has no
  ///   position
  /// @param missing previous events that are not known: here history has a gap
  /// @param outgoing whether this server must tell the other servers in the room
  record AppendEvent(
      RoomEvent event,
      Entrance entrance,
      boolean replacesOutlier,
      @Nullable String rejectedFor,
      List<StateNode> nodes,
      List<NewKey> keys,
      @Nullable List<Integer> heads,
      Occupancy occupancy,
      @Nullable RedactionNote redaction,
      @Nullable Relation relation,
      List<EventId> missing,
      boolean outgoing)
      implements RoomChange {

    public AppendEvent {
      nodes = List.copyOf(nodes);
      keys = List.copyOf(keys);
      missing = List.copyOf(missing);
    }
  }

  /// A redaction that was parked applies now that its target is known.
  record ApplyRedaction(RoomKey room, int target, int redaction) implements RoomChange {}

  /// What the sender wrote is gone for good, without a redaction.
  record RemoveContent(RoomKey room, int ordinal) implements RoomChange {}

  /// What invites of a local user told about their rooms goes.
  record ForgetInvites(UserId user) implements RoomChange {}

  /// A gap is closed: nothing more is asked of other servers at this place.
  record CloseGap(RoomKey room, EventId missing) implements RoomChange {}

  /// Membership of a local user in a room that this server is not in.
  ///
  /// @param stripped what the inviting or knocked-at server told about the room; empty for others
  record SetRemoteMembership(
      RoomId room,
      UserId user,
      String membership,
      EventId eventId,
      UserId sender,
      List<ObjectNode> stripped)
      implements RoomChange {

    public SetRemoteMembership {
      stripped = List.copyOf(stripped);
    }
  }

  /// Another server's event that is to be worked into its room.
  ///
  /// @param pdu as received, JSON
  record StageEvent(RoomId room, EventId eventId, ServerName origin, byte[] pdu, long receivedMs)
      implements RoomChange {}

  /// A staged copy that waits for a key, if there is one, makes room for another whose signatures
  /// were checked: its own perhaps never can be.
  record UnstageUnchecked(RoomId room, EventId eventId) implements RoomChange {}

  /// A staged event cannot be judged before a key of a server is to be had.
  ///
  /// @param origin who sent the event
  /// @param server whose key it is
  record AwaitKey(RoomId room, EventId eventId, ServerName origin, ServerName server)
      implements RoomChange {}

  /// The key came, or nobody waits for it any longer.
  record KeyAwaitedNoMore(RoomId room, EventId eventId) implements RoomChange {}

  /// It was worked in, or given up.
  ///
  /// @param position at which it was staged: a better copy that came since stays
  record UnstageEvent(RoomId room, EventId eventId, long position) implements RoomChange {}

  /// What a transaction of another server was answered with.
  record RememberInbound(ServerName origin, String transactionId, byte[] answer, long atMs)
      implements RoomChange {}

  /// Transaction ids older than this are not recognised any more.
  record ForgetTransactions(long beforeMs) implements RoomChange {}
}
