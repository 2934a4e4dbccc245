import ExternalSources
import LanternCatalog

extension Site {
    /// The policies that let the server in, ready to be pasted.
    func policies(of source: ExternalSource) async throws -> HTML {
        guard source.settings.kind == .s3, source.settings.access == .role || source.settings.access == .ambient else {
            return .blank
        }
        let identity = await poller?.stores.serverIdentity()
        let policies = BucketPolicies(source, server: identity)
        let whoAsks: HTML =
            identity == nil
            ? Components.notice(
                "<p>The server has no AWS credentials of its own, with which it could take on a role. Give it some as any AWS program, by variables, a profile or the machine's role; then its name stands in the policy.</p>",
                .warn) : .blank
        let trust: HTML =
            source.settings.access == .role
            ? """
            <h3>Trust policy of the role</h3>
            <pre data-copy><code>\(policies.trust)</code></pre>
            """ : .blank
        return """
            <section class="card"><h2>Policies</h2>
            \(source.settings.access == .role ? "<p>In AWS make a role, such as <code>LanternIntegration</code>, with these policies, and enter its ARN above.</p>" : "<p>The server's own user or role at AWS needs this policy.</p>" as HTML)
            \(source.settings.access == .role ? whoAsks : .blank)
            \(trust)
            <h3>Permission policy, inline, such as LanternPermissions</h3>
            <pre data-copy><code>\(policies.permissions)</code></pre>
            <details><summary>Bucket policy, when the bucket belongs to another account</summary>
            <pre data-copy><code>\(policies.bucketPolicy)</code></pre></details>
            </section>
            """
    }
}

/// The policies for reading a bucket (platform.md §7.2).
struct BucketPolicies {
    private let bucket: String
    private let externalID: String
    private let role: String
    private let server: String
    private let partition: String

    init(_ source: ExternalSource, server: String?) {
        bucket = source.settings.bucket.isEmpty ? "BUCKET" : source.settings.bucket
        externalID = source.externalID
        let asked = source.settings.access == .role ? source.settings.roleARN : server ?? ""
        role = asked.isEmpty ? "arn:aws:iam::ACCOUNT:role/LanternIntegration" : asked
        self.server = server ?? "arn:aws:iam::ACCOUNT:role/SERVER"
        let parts = role.split(separator: ":")
        partition = parts.count > 1 ? String(parts[1]) : "aws"
    }

    /// Who may take on the role, and that they have to name the external ID.
    var trust: String {
        """
        {
          "Version": "2012-10-17",
          "Statement": [
            {
              "Effect": "Allow",
              "Principal": {"AWS": "\(server)"},
              "Action": "sts:AssumeRole",
              "Condition": {"StringEquals": {"sts:ExternalId": "\(externalID)"}}
            }
          ]
        }
        """
    }

    private static let actions = ["s3:GetObject", "s3:GetObjectAttributes", "s3:ListBucket", "s3:GetBucketLocation"]

    private func statement(principal: String) -> String {
        """
        {
          "Version": "2012-10-17",
          "Statement": [
            {
              "Effect": "Allow",\(principal)
              "Action": [\(Self.actions.map { "\"\($0)\"" }.joined(separator: ", "))],
              "Resource": ["arn:\(partition):s3:::\(bucket)", "arn:\(partition):s3:::\(bucket)/*"]
            }
          ]
        }
        """
    }

    /// What the role may do.
    var permissions: String { statement(principal: "") }

    /// What the bucket lets the role do.
    var bucketPolicy: String { statement(principal: "\n      \"Principal\": {\"AWS\": \"\(role)\"},") }
}
