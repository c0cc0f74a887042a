package org.hearth.engine.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.hearth.schemas.json.Json;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {

  @Test
  void theSharesAreTogetherTheWhole() {
    assertThat(Arrays.stream(Share.values()).mapToInt(share -> share.thousandths).sum())
        .isEqualTo(1000);
  }

  @Test
  void allCachesTogetherStayWithinTheBudgetWhateverIsPutIntoThem() {
    var budget = new MemoryBudget(1 << 20);
    for (var share : Share.values()) {
      var cache = budget.<Integer, String>cache(share, (_, text) -> Weights.of(text));
      for (int i = 0; i < 10_000; i++) cache.put(i, "x".repeat(i % 500));
      cache.cleanUp();
      assertThat(budget.used().get(share).getAsLong())
          .as(share.label())
          .isPositive()
          .isLessThanOrEqualTo(budget.of(share));
    }
    assertThat(budget.usedBytes()).isBetween(budget.bytes() / 2, budget.bytes());
  }

  @Test
  void aValueLargerThanItsShareIsNotKept() {
    var budget = new MemoryBudget(100_000);
    var cache = budget.<Integer, String>cache(Share.SESSIONS, (_, text) -> Weights.of(text));
    cache.put(1, "x".repeat(10_000));
    cache.cleanUp();
    assertThat(cache.asMap()).isEmpty();
  }

  @Test
  void treesWeighMoreThanTheirText() {
    var tree = Json.object().put("body", "hello").put("n", 1);
    tree.putArray("list").add("a").addObject().put("b", true);
    assertThat(Weights.of(tree)).isGreaterThan(Json.write(tree).length * 4);
  }
}
