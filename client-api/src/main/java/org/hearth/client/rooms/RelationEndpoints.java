package org.hearth.client.rooms;

import org.hearth.client.http.Routes;
import org.hearth.engine.room.ClientEvents;
import org.hearth.engine.room.RelatedEvents;

/// How events of a room relate to each other.
public record RelationEndpoints(RelatedEvents related, ClientEvents clientEvents) {

  public void mount(Routes routes) {
    new Relations(related, clientEvents).mount(routes);
    new ThreadsList(related, clientEvents).mount(routes);
  }
}
