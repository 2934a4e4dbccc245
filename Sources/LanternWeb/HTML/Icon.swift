import LanternCatalog

/// The pictures in front of words; they never stand for them.
enum Icon: String {
    case lantern, apps, account, service, group, role, resource, entitlement, secret, people, file, upload, download
    case search, history, check, warning, error, info, lock, settings, sun, clock, plus, minus, change, path, key, up,
        down
    case dataSource = "data-source"
    case chevron = "chevron-right"

    var html: HTML {
        """
        <svg class="icon" aria-hidden="true" focusable="false"><use href="\(Assets.path(of: "icons.svg"))#\(rawValue)"/></svg>
        """
    }
}

extension ResourceKind {
    var icon: Icon {
        switch self {
        case .account: .account
        case .group: .group
        case .role: .role
        case .application: .apps
        case .secret: .secret
        case .other: .resource
        }
    }
}
