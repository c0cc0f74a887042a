package org.hearth.engine.room.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class NodeGroupTest {
  private final AtomicLong groups = new AtomicLong();

  @Test
  void nodesOfOneChangeAreOneGroup() {
    var ids = new NodeIds(groups::incrementAndGet);
    var nodes = new ArrayList<StateNode>();
    for (int i = 0; i < 4; i++) nodes.add(StateNode.of(ids.next(), 0, new long[32]));
    ids.startGroup();
    nodes.add(StateNode.of(ids.next(), 0, new long[32]));

    assertThat(NodeGroup.of(nodes)).extracting(NodeGroup::number).containsExactly(1L, 2L);
    assertThat(NodeGroup.of(nodes).getFirst().nodes()).hasSize(4);
  }

  @Test
  void aGroupIsNeverTooFull() {
    var ids = new NodeIds(groups::incrementAndGet);
    var nodes = new ArrayList<StateNode>();
    for (int i = 0; i < 200; i++) nodes.add(StateNode.of(ids.next(), 0, new long[32]));

    assertThat(nodes).extracting(StateNode::id).doesNotHaveDuplicates();
    assertThat(NodeGroup.of(nodes))
        .extracting(group -> group.nodes().size())
        .containsExactly(64, 64, 64, 8);
  }

  @Test
  void isReadAsItWasWritten() {
    var random = new Random(3);
    for (int round = 0; round < 200; round++) {
      var ids = new NodeIds(groups::incrementAndGet);
      var nodes = new ArrayList<StateNode>();
      var slots = new ArrayList<long[]>();
      for (int i = 0; i < 1 + random.nextInt(8); i++) {
        var of = new long[32];
        for (int slot = 0; slot < of.length; slot++)
          if (random.nextBoolean()) of[slot] = random.nextLong() >>> 1 + random.nextInt(62);
        slots.add(of);
        nodes.add(StateNode.of(ids.next(), random.nextInt(7), of));
      }
      var group = NodeGroup.of(nodes).getFirst();

      var read = NodeGroup.decode(group.number(), group.encode());

      for (int i = 0; i < nodes.size(); i++) {
        var node = read.nodes().get(i);
        assertThat(node.id()).isEqualTo(nodes.get(i).id());
        assertThat(node.level()).isEqualTo(nodes.get(i).level());
        assertThat(node.slots()).containsExactly(slots.get(i));
      }
    }
  }

  @Test
  void neighboursTakeAByteEach() {
    var slots = new long[32];
    for (int i = 0; i < slots.length; i++) slots[i] = 90_000 + i;
    var group = new NodeGroup(7, List.of(StateNode.of(NodeGroup.node(7, 0), 0, slots)));

    assertThat(group.encode().length).isLessThan(45);
  }
}
