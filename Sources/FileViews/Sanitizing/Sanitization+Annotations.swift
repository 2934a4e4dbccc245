import AccessModel
import BatonWire
import SwiftProtobuf

extension Sanitization {
    /// The annotation with nothing left that identifies somebody; nil when it is of a kind whose content isn't known.
    func known(_ annotation: Annotation) throws -> Annotation? {
        try changed(annotation, user) ?? changed(annotation, group) ?? changed(annotation, app) ?? changed(
            annotation, role)
            ?? changed(annotation, secret) ?? changed(annotation, license) ?? changed(annotation, binding)
            ?? remark(annotation)
    }

    private func remark(_ annotation: Annotation) throws -> Annotation? {
        if let made = try changed(annotation, expandable) { return made }
        if let made = try changed(annotation, grantImmutable) { return made }
        if let made = try changed(annotation, entitlementImmutable) { return made }
        if let made = try changed(annotation, externalLink) { return made }
        return try changed(annotation, childType)
    }

    /// What `change` makes of the message inside; nil when it is another.
    private func changed<Payload: Message>(
        _ annotation: Annotation, _ change: (Payload) -> Payload
    ) throws -> Annotation? {
        guard annotation.carries(Payload.self) else { return nil }
        return Annotation(carrying: change(try Payload(serializedBytes: annotation.value)))
    }

    private func grantImmutable(_ old: GrantImmutable) -> GrantImmutable {
        .with {
            $0.sourceID = names.composite(old.sourceID)
            if old.hasMetadata { $0.metadata = profile(old.metadata) }
        }
    }

    private func entitlementImmutable(
        _ old: C1_Connector_V2_EntitlementImmutable
    ) -> C1_Connector_V2_EntitlementImmutable {
        .with {
            $0.sourceID = names.composite(old.sourceID)
            if old.hasMetadata { $0.metadata = profile(old.metadata) }
        }
    }

    private func externalLink(_ old: C1_Connector_V2_ExternalLink) -> C1_Connector_V2_ExternalLink {
        .with { $0.url = names.link(old.url) }
    }

    private func childType(_ old: C1_Connector_V2_ChildResourceType) -> C1_Connector_V2_ChildResourceType {
        .with { $0.resourceTypeID = names.type(old.resourceTypeID) }
    }

    func expandable(_ old: GrantExpandable) -> GrantExpandable {
        .with {
            $0.entitlementIds = old.entitlementIds.map { names.composite($0) }
            $0.shallow = old.shallow
            $0.resourceTypeIds = old.resourceTypeIds.map { names.type($0) }
        }
    }

    private func user(_ old: C1_Connector_V2_UserTrait) -> C1_Connector_V2_UserTrait {
        var new = C1_Connector_V2_UserTrait()
        new.emails = old.emails.map { email in
            .with {
                $0.address = names.email(email.address)
                $0.isPrimary = email.isPrimary
            }
        }
        if old.hasStatus {
            new.status.status = old.status.status
            new.status.details = names.of(old.status.details)
        }
        if old.hasProfile { new.profile = profile(old.profile) }
        if old.hasIcon, let icon = asset(old.icon) { new.icon = icon }
        new.accountType = old.accountType
        new.login = names.of(old.login)
        new.loginAliases = old.loginAliases.map { names.of($0) }
        new.employeeIds = old.employeeIds.map { names.of($0) }
        if old.hasCreatedAt { new.createdAt = shift(old.createdAt) }
        if old.hasLastLogin { new.lastLogin = shift(old.lastLogin) }
        if old.hasMfaStatus { new.mfaStatus = .with { $0.mfaEnabled = old.mfaStatus.mfaEnabled } }
        if old.hasSsoStatus { new.ssoStatus = .with { $0.ssoEnabled = old.ssoStatus.ssoEnabled } }
        if old.hasStructuredName {
            let name = old.structuredName
            new.structuredName = .with {
                $0.givenName = names.of(name.givenName)
                $0.familyName = names.of(name.familyName)
                $0.middleNames = name.middleNames.map { names.of($0) }
                $0.prefix = names.of(name.prefix)
                $0.suffix = names.of(name.suffix)
            }
        }
        return new
    }

    private func group(_ old: C1_Connector_V2_GroupTrait) -> C1_Connector_V2_GroupTrait {
        .with {
            if old.hasIcon, let icon = asset(old.icon) { $0.icon = icon }
            if old.hasProfile { $0.profile = profile(old.profile) }
        }
    }

    private func app(_ old: C1_Connector_V2_AppTrait) -> C1_Connector_V2_AppTrait {
        .with {
            $0.helpURL = names.link(old.helpURL)
            if old.hasIcon, let icon = asset(old.icon) { $0.icon = icon }
            if old.hasLogo, let logo = asset(old.logo) { $0.logo = logo }
            if old.hasProfile { $0.profile = profile(old.profile) }
            $0.flags = old.flags
        }
    }

    private func role(_ old: C1_Connector_V2_RoleTrait) -> C1_Connector_V2_RoleTrait {
        .with {
            if old.hasProfile { $0.profile = profile(old.profile) }
            guard old.hasRoleScopeConditions else { return }
            $0.roleScopeConditions.type = old.roleScopeConditions.type
            $0.roleScopeConditions.conditions = old.roleScopeConditions.conditions.map { condition in
                .with { $0.expression = names.of(condition.expression) }
            }
        }
    }

    private func secret(_ old: C1_Connector_V2_SecretTrait) -> C1_Connector_V2_SecretTrait {
        .with {
            if old.hasProfile { $0.profile = profile(old.profile) }
            if old.hasCreatedAt { $0.createdAt = shift(old.createdAt) }
            if old.hasExpiresAt { $0.expiresAt = shift(old.expiresAt) }
            if old.hasLastUsedAt { $0.lastUsedAt = shift(old.lastUsedAt) }
            if old.hasCreatedByID, let id = id(old.createdByID) { $0.createdByID = id }
            if old.hasIdentityID, let id = id(old.identityID) { $0.identityID = id }
        }
    }

    private func license(_ old: C1_Connector_V2_LicenseProfileTrait) -> C1_Connector_V2_LicenseProfileTrait {
        .with {
            $0.licenseName = old.licenseName
            $0.purchasedSeats = old.purchasedSeats
            $0.consumedSeats = old.consumedSeats
            $0.costPerUnitInCents = old.costPerUnitInCents
            $0.currency = old.currency
            $0.entitlementIds = old.entitlementIds.map { names.composite($0) }
        }
    }

    private func binding(_ old: C1_Connector_V2_ScopeBindingTrait) -> C1_Connector_V2_ScopeBindingTrait {
        .with {
            if old.hasRoleID, let id = id(old.roleID) { $0.roleID = id }
            if old.hasScopeResourceID, let id = id(old.scopeResourceID) { $0.scopeResourceID = id }
        }
    }
}
