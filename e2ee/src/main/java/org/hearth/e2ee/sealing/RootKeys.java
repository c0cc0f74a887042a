package org.hearth.e2ee.sealing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/// The random keys between the master key and everything else: those that wrap the keys of scopes,
/// and those of the journal. Usually there is one of each; while they are rotated there are two.
///
/// They live in one small file outside of the database, [sealed][#seal] under the master key (while
/// that is rotated, under two). So a new master key means to write this file anew, and a new
/// wrapping key closes whatever a database leaves behind of deleted rows: see ADR 5.
public final class RootKeys {
  private static final String HEADER = "hearth root keys 1";
  private static final String USE = "root keys";
  private static final int LENGTH = 32;

  /// More than a rotation ever needs; a file with more is not one of ours.
  private static final int MAX = 16;

  private static final AesGcm GCM = new AesGcm();

  /// Never changed in place.
  private record State(List<byte[]> journals, NavigableMap<Integer, byte[]> wrapping) {}

  private volatile State state;

  private RootKeys(State state) {
    this.state = state;
  }

  /// New ones, for an empty database.
  public static RootKeys random(SecureRandom random) {
    var wrapping = new TreeMap<Integer, byte[]>();
    wrapping.put(1, secret(random));
    return new RootKeys(new State(List.of(secret(random)), wrapping));
  }

  /// As they were before they had a file of their own: they follow from the master key.
  public static RootKeys derived(MasterKey master) {
    var wrapping = new TreeMap<Integer, byte[]>();
    wrapping.put(0, master.derive("key encryption"));
    return new RootKeys(new State(List.of(master.derive("journal")), wrapping));
  }

  /// What a file holds, and which of the master keys opened it.
  public record Opened(RootKeys keys, MasterKey by) {}

  /// Empty if none of the master keys opens it. Throws [IllegalArgumentException] if the text is
  /// not what [#seal] gave.
  ///
  /// @param masters tried in this order
  public static Optional<Opened> open(String text, List<MasterKey> masters) {
    var lines = text.lines().toList();
    if (lines.isEmpty() || !lines.getFirst().equals(HEADER))
      throw new IllegalArgumentException("These are no root keys.");
    for (var master : masters) {
      for (var line : lines) {
        var words = line.split(" ", -1);
        if (words.length != 2 || !words[0].equals(master.fingerprint())) continue;
        var plain =
            GCM.open(key(master), 0, bytes(HEADER), Base64.getDecoder().decode(words[1].strip()));
        if (plain != null) return Optional.of(new Opened(new RootKeys(decode(plain)), master));
      }
    }
    return Optional.empty();
  }

  /// For the file: whoever has one of the master keys can open it.
  public String seal(Collection<MasterKey> masters) {
    var plain = encode(state);
    var text = new StringBuilder(HEADER).append('\n');
    for (var master : masters) {
      var sealed = GCM.seal(key(master), new byte[0], bytes(HEADER), plain);
      text.append(master.fingerprint())
          .append(' ')
          .append(Base64.getEncoder().encodeToString(sealed))
          .append('\n');
    }
    return text.toString();
  }

  /// The journal's, the one for writing first.
  public List<byte[]> journals() {
    return state.journals().stream().map(byte[]::clone).toList();
  }

  /// The number of the wrapping key for new keys.
  public int current() {
    return state.wrapping().lastKey();
  }

  /// Whether there is more than is needed: a rotation is under way.
  public boolean rotating() {
    return state.journals().size() > 1 || state.wrapping().size() > 1;
  }

  /// The beginning of a rotation: these keys, and a new one of each kind for what is written from
  /// then on. The same keys if one has begun.
  public RootKeys begun(SecureRandom random) {
    if (rotating()) return this;
    var old = state;
    var wrapping = new TreeMap<>(old.wrapping());
    wrapping.put(wrapping.lastKey() + 1, secret(random));
    return new RootKeys(new State(List.of(secret(random), old.journals().getFirst()), wrapping));
  }

  /// The same keys without the old ones, which nothing needs any more.
  public RootKeys finished() {
    var last = state.wrapping().lastEntry();
    var wrapping = new TreeMap<Integer, byte[]>();
    wrapping.put(last.getKey(), last.getValue());
    return new RootKeys(new State(List.of(state.journals().getFirst()), wrapping));
  }

  /// Takes over what another one has.
  public void become(RootKeys other) {
    state = other.state;
  }

  Optional<SecretKey> wrapping(int number) {
    return Optional.ofNullable(state.wrapping().get(number))
        .map(secret -> new SecretKeySpec(secret, "AES"));
  }

  private static byte[] encode(State state) {
    var out = new ByteArrayOutputStream();
    out.write(state.journals().size());
    for (var journal : state.journals()) out.writeBytes(journal);
    out.write(state.wrapping().size());
    state
        .wrapping()
        .forEach(
            (number, secret) -> {
              out.writeBytes(ByteBuffer.allocate(4).putInt(number).array());
              out.writeBytes(secret);
            });
    return out.toByteArray();
  }

  private static State decode(byte[] plain) {
    var in = ByteBuffer.wrap(plain);
    var journals = new ArrayList<byte[]>();
    for (int count = count(in); count > 0; count--) journals.add(secret(in));
    var wrapping = new TreeMap<Integer, byte[]>();
    for (int count = count(in); count > 0; count--) wrapping.put(in.getInt(), secret(in));
    return new State(List.copyOf(journals), wrapping);
  }

  private static int count(ByteBuffer in) {
    int count = in.get();
    if (count < 1 || count > MAX) throw new IllegalArgumentException("These are no root keys.");
    return count;
  }

  private static byte[] secret(ByteBuffer in) {
    var secret = new byte[LENGTH];
    in.get(secret);
    return secret;
  }

  private static byte[] secret(SecureRandom random) {
    var secret = new byte[LENGTH];
    random.nextBytes(secret);
    return secret;
  }

  private static SecretKey key(MasterKey master) {
    return new SecretKeySpec(master.derive(USE), "AES");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /// Never the keys.
  @Override
  public String toString() {
    return "RootKeys[" + state.wrapping().keySet() + "]";
  }
}
