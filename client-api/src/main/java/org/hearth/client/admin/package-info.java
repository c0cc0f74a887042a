/// What administrators of this server, and commands on its machine, ask about rooms: paths below
/// `/_hearth/admin`, and below `/_synapse/admin` those that existing tools know.
@NullMarked
package org.hearth.client.admin;

import org.jspecify.annotations.NullMarked;
