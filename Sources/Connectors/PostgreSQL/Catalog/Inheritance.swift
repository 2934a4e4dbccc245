/// The memberships through which rights are inherited, as subqueries.
///
/// `OFFSET 0` keeps the planner from reading all memberships where a few are wanted.
enum Inheritance {
    /// The roles that inherit from `role` directly, in a column `role`.
    static func members(of role: String, on version: Int32) -> String {
        "(SELECT m.member AS role FROM pg_auth_members m WHERE m.roleid = \(role) AND \(condition(on: version)) OFFSET 0)"
    }

    /// The roles that `member` inherits from directly, in a column `role`.
    static func parents(of member: String, on version: Int32) -> String {
        "(SELECT m.roleid AS role FROM pg_auth_members m WHERE m.member = \(member) AND \(condition(on: version)) OFFSET 0)"
    }

    /// Up to PostgreSQL 15 the member says whether it inherits, then each membership.
    private static func condition(on version: Int32) -> String {
        version >= 160_000
            ? "m.inherit_option" : "(SELECT r.rolinherit FROM pg_roles r WHERE r.oid = m.member)"
    }
}
