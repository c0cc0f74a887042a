package org.hearth.engine.room;

import java.util.ArrayList;
import java.util.List;
import org.hearth.engine.room.state.NodeIds;
import org.hearth.engine.room.state.StateNode;
import org.hearth.engine.room.state.StateTree;

/// New state nodes of one room, readable at once and to be stored with the event that refers to
/// them first.
final class StateEdit implements StateTree.Editor {
  private final RoomData data;
  private final NodeIds ids;
  private final List<StateNode> created = new ArrayList<>();

  StateEdit(RoomData data) {
    this.data = data;
    this.ids = new NodeIds(data::nextNodeGroup);
  }

  @Override
  public StateNode node(long id) {
    return data.node(id);
  }

  @Override
  public long nextId() {
    return ids.next();
  }

  @Override
  public void created(StateNode node) {
    created.add(node);
    data.pending(node);
  }

  /// Hands over what was created so far.
  List<StateNode> take() {
    var taken = List.copyOf(created);
    created.clear();
    ids.startGroup();
    return taken;
  }

  /// Nothing will refer to what was created.
  void discard() {
    data.forget(take());
  }
}
