import StandinKit
import WireForm

extension OktaStandin {
    /// For how many reads a change stays unseen.
    package func setStaleReads(_ count: Int) {
        change { $0.settings.staleReads = count }
    }

    /// Gives an OAuth app an admin role, or takes it: without one it sees no users and may do nothing else.
    package func setAdminRole(_ hasRole: Bool, ofClient id: String) {
        change { $0.clients[id]?.hasAdminRole = hasRole }
    }

    /// How many users a page holds at most.
    package func setUserPageLimit(_ count: Int) {
        change { $0.settings.userPageLimit = count }
    }

    /// Another nonce for proofs at the token endpoint; older ones are no longer taken.
    package func setTokenNonce(_ nonce: String) {
        change { $0.usedOnce.tokenNonces = [nonce] }
    }

    /// A nonce that proofs for resources must have; nil for none, as it is with Okta today.
    package func setResourceNonce(_ nonce: String?) {
        change { $0.usedOnce.resourceNonces = nonce.map { [$0] } }
    }

    /// Ends all access tokens at once.
    package func endAccessTokens() {
        change { $0.accessTokens = [:] }
    }

    var control: Control {
        Control(
            faults: faults, journal: journal, clock: clock,
            settings: [
                "staleReads": { [self] in setStaleReads(Int($0.integer ?? 0)) },
                "userPageLimit": { [self] in setUserPageLimit(max(1, Int($0.integer ?? 200))) },
                "tokenNonce": { [self] in setTokenNonce($0.string ?? "") },
                "resourceNonce": { [self] in setResourceNonce($0.string) },
                "adminRole": { [self] value in
                    for member in value.members { setAdminRole(member.value.isTrue, ofClient: member.name) }
                },
                "rateLimits": { [self] value in
                    limits.replace(
                        with: value.elements.map {
                            RateLimit(
                                $0["on"]?.string ?? "*", requests: Int($0["requests"]?.integer ?? 1),
                                seconds: Int($0["seconds"]?.integer ?? 60))
                        })
                },
            ])
    }
}
