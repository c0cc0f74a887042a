package org.hearth.simulator;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import org.hearth.engine.room.RoomStore;

/// The first server's store knows no event that authorises another, and takes none for rejected.
final class WithoutAuthLinks implements Mutation {

  @Override
  public RoomStore rooms(SimulatedServer server, RoomStore real) {
    if (server != server.world.servers.getFirst()) return real;
    return (RoomStore)
        Proxy.newProxyInstance(
            RoomStore.class.getClassLoader(),
            new Class<?>[] {RoomStore.class},
            (_, method, arguments) -> {
              Object answer;
              try {
                answer = method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
              return method.getName().equals("links") ? withoutAuth((List<?>) answer) : answer;
            });
  }

  private static List<RoomStore.EventLink> withoutAuth(List<?> links) {
    return links.stream()
        .map(RoomStore.EventLink.class::cast)
        .map(link -> new RoomStore.EventLink(link.ordinal(), List.of(), false))
        .toList();
  }
}
