/// Device lists of users as others see them: [queries][KeyQueries], what `/sync` and
/// `/keys/changes` [tell][DeviceListChanges], [cached lists of remote users][RemoteDeviceLists],
/// and what is [told to][DeviceListBroadcaster] and [answered to][FederatedKeys] other servers.
@NullMarked
package org.hearth.e2ee.devicelists;

import org.jspecify.annotations.NullMarked;
