import AccessModel
import BatonWire
import ConnectorKit

/// Files and folders, and who may do what with them.
struct PathSyncer: ResourceSyncer {
    static let type = ResourceType("path", displayName: "Path")

    let inspection: Inspection
    var type: ResourceType { Self.type }

    func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> {
        let host = try await inspection.host().id
        guard parent == host else { return Page([]) }
        let book = try await inspection.accounts().book
        return Page(fitting: try await inspection.paths().paths, for: page, key: \.path) { entry in
            var resource = Resource(ResourceID(Self.type, entry.path), name: entry.path, under: host)
            resource.profile = entry.profile(book)
            return resource
        }
    }

    func entitlements(of path: Resource, page: PageRequest) async throws -> Page<Entitlement> {
        let isFolder = try await inspection.paths().entry(path.identity.value)?.facts.isDirectory == true
        let names = ["read": "Read", "write": "Write", "execute": isFolder ? "Traverse" : "Execute"]
        let rights = PathRights.kinds.map { kind in
            Entitlement.permission(
                kind.slug, on: path, grantableTo: UserSyncer.type, GroupSyncer.type,
                displayName: "\(path.displayName) \(names[kind.slug] ?? kind.slug)")
        }
        return Page(
            rights + [
                .ownership(
                    PathRights.own, on: path, grantableTo: UserSyncer.type, GroupSyncer.type,
                    displayName: "\(path.displayName) Owner")
            ])
    }

    func grants(on path: Resource, page: PageRequest) async throws -> Page<Grant> {
        guard let entry = try await inspection.paths().entry(path.identity.value) else {
            throw ServiceError(.notFound, "\(path.identity.value): is no longer there.")
        }
        let accounts = try await inspection.accounts()
        let book = accounts.book
        let grants = PathRights(on: entry, book: book).rights.compactMap { right -> Grant? in
            switch right.principal {
            case .user(let place):
                guard accounts.lists(place, inspection.options) else { return nil }
                return Grant(right.slug, on: path.identity, to: LinuxID.user(book.accounts[place].name))
            case .group(let place):
                return Grant(right.slug, on: path.identity, toMembersOf: book.groups[place].name)
            }
        }
        return Page(ordering: grants, for: page)
    }
}

extension InspectedPath {
    fileprivate func profile(_ book: AccountBook) -> Profile {
        let owner = book.accounts(numbered: facts.uid).first.map { book.accounts[$0].name }
        let group = book.group(numbered: facts.gid).map { book.groups[$0].name }
        let octal = String(facts.mode, radix: 8)
        return Profile([
            "kind": .text(facts.isDirectory ? "directory" : facts.isRegular ? "file" : "other"),
            "mode": .text(String(repeating: "0", count: max(0, 4 - octal.count)) + octal),
            "owner": .text(owner ?? "uid:\(facts.uid)"),
            "group": .text(group ?? "gid:\(facts.gid)"),
            "acl": access.mask == nil ? nil : .list(access.lines),
            "default_acl": inherited.map { .list($0.lines) },
            "other": .text(access.other.description),
            "everyone": .flag(!access.other.isEmpty),
            "reachable_by_other": .flag(isReachableByOthers),
            "unknown_principals": .number(PathRights(on: self, book: book).unknownPrincipals),
        ])
    }
}
