import AccessModel
import BatonWire
import ConnectorHTTP
import ConnectorKit
import SwiftProtobuf
import WireForm

/// The devices that are enrolled in Okta.
struct DeviceSyncer: ResourceSyncer {
    let type = OktaTypes.device
    let okta: OktaClient

    /// Only when they are named: not every organisation has devices, and an app needs a scope for them.
    static func isWanted(_ context: ConnectorContext) -> Bool {
        context.resourceTypes.contains { $0.hasSameBytes(as: OktaTypes.device.id) }
    }

    func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> {
        guard parent == nil else { return Page([]) }
        return try await okta.list(
            "/api/v1/devices", after: page.token, most: 200, size: page.size, needs: .devicesRead
        ).page(Resource.init(device:))
    }
}

extension Resource {
    /// A device, made of what Okta says of it.
    init(device: JSONValue) throws {
        let id = try device.required("id", of: "device")
        let profile = device["profile"] ?? .null
        let name = profile.text("displayName")
        self.init(ResourceID(OktaTypes.device, id), name: name.isEmpty ? id : name)
        annotations.append(
            carrying: C1_Connector_V2_ManagedDeviceTrait.with {
                $0.serial = profile.text("serialNumber")
                $0.udid = profile.text("udid")
                $0.model = profile.text("model")
                $0.vendor = profile.text("manufacturer")
                $0.os = .with {
                    $0.type = Self.systems[profile.text("platform")] ?? .unspecified
                    $0.name = profile.text("platform")
                    $0.version = profile.text("osVersion")
                }
            })
        identify(v1: V1Identifier(id: id), raw: id)
    }

    private static let systems: [String: C1_Connector_V2_DeviceOS.OsType] = [
        "WINDOWS": .windows, "MACOS": .macos, "IOS": .ios, "ANDROID": .android, "CHROMEOS": .chromeos,
    ]
}
