/// The open connectors of the ecosystem: programs that copy what an application knows into a c1z file.
///
/// Their repositories are public; each README lists the credentials its connector needs under Prerequisites.
struct ConnectorCatalogue: Sendable {
    /// One connector.
    struct Entry: Sendable {
        /// What its program is called behind `baton-`.
        let id: String
        /// What people call its application.
        let name: String

        var program: String { "baton-\(id)" }
        /// Whether it comes with Lantern.
        var isOurs: Bool { ConnectorCatalogue.ours.contains(id) }
        var repository: String { "https://github.com/ConductorOne/\(program)" }
    }

    private static let ours: Set = ["aws", "demo", "ldap", "linux", "okta", "postgresql"]

    /// All of them, by name.
    static let all: [Entry] = names.split(separator: "\n").map { line in
        let parts = line.split(separator: "|")
        return Entry(id: String(parts[0]), name: String(parts[parts.count - 1]))
    }.sorted { $0.name.lowercased() < $1.name.lowercased() }

    private static let names = """
        1password|1Password
        airbyte|Airbyte
        alienvault|AlienVault
        argo-cd|Argo CD
        aruba-central|Aruba Central
        asana|Asana
        atlassian|Atlassian
        auth0|Auth0
        avalara|Avalara
        aws|AWS
        azure-devops|Azure DevOps
        azure-infrastructure|Azure Infrastructure
        bamboohr|BambooHR
        beeline|Beeline
        bill|BILL
        bitbucket|Bitbucket
        bitbucket-datacenter|Bitbucket Data Center
        box|Box
        broadcom-sac|Broadcom SAC
        buildkite|Buildkite
        calendly|Calendly
        carta|Carta
        celigo|Celigo
        cloudamqp|CloudAMQP
        cloudflare|Cloudflare
        cloudflare-zero-trust|Cloudflare Zero Trust
        confluence|Confluence
        confluence-datacenter|Confluence Data Center
        contentful|Contentful
        couchdb|CouchDB
        coupa|Coupa
        crowdstrike|CrowdStrike
        databricks|Databricks
        datadog|Datadog
        demo|Demo
        discord|Discord
        dockerhub|Docker Hub
        docusign|DocuSign
        dropbox|Dropbox
        duo|Duo
        eks|Amazon EKS
        elastic|Elastic
        expensify|Expensify
        fastly|Fastly
        file|File
        fluid-topics|Fluid Topics
        formal|Formal
        freshbooks|FreshBooks
        freshdesk|Freshdesk
        freshservice|Freshservice
        fullstory|Fullstory
        galileo-ft|Galileo
        github|GitHub
        github-enterprise|GitHub Enterprise
        gitlab|GitLab
        google-bigquery|Google BigQuery
        google-identity-platform|Google Identity Platform
        google-workspace|Google Workspace
        googleads|Google Ads
        googletagmanager|Google Tag Manager
        grafana|Grafana
        greenhouse|Greenhouse
        hashicorp-vault|HashiCorp Vault
        hubspot|HubSpot
        incident-io|incident.io
        ipa|FreeIPA
        ivanti|Ivanti
        jamf|Jamf
        jenkins|Jenkins
        jira|Jira
        jira-datacenter|Jira Data Center
        jumpcloud|JumpCloud
        keycloak|Keycloak
        kubernetes|Kubernetes
        ldap|LDAP
        linear|Linear
        linux|Linux
        litmos|Litmos
        lucidchart|Lucidchart
        manhattan|Manhattan
        metabase|Metabase
        minecraft-luckperms|Minecraft LuckPerms
        miro|Miro
        mongodb-atlas|MongoDB Atlas
        ms365|Microsoft 365
        mysql|MySQL
        newrelic|New Relic
        notion|Notion
        okta|Okta
        okta-aws-federation|Okta AWS federation
        okta-ciam|Okta CIAM
        onelogin|OneLogin
        opensearch|OpenSearch
        openshift|OpenShift
        openvpn|OpenVPN
        opsgenie|Opsgenie
        oracle-database|Oracle Database
        oracle-ebs|Oracle E-Business Suite
        oracle-fusion-cloud|Oracle Fusion Cloud
        oracle-integration-cloud|Oracle Integration Cloud
        outreach|Outreach
        pagerduty|PagerDuty
        panda-doc|PandaDoc
        panorama|Panorama
        panther|Panther
        paylocity|Paylocity
        paypal|PayPal
        percipio|Percipio
        pingfed|PingFederate
        postgresql|PostgreSQL
        privx|PrivX
        procore|Procore
        pulumi-cloud|Pulumi Cloud
        ramp|Ramp
        redis|Redis
        retool|Retool
        ringcentral|RingCentral
        rippling|Rippling
        rootly|Rootly
        salesforce|Salesforce
        scim|SCIM
        segment|Segment
        sendgrid|SendGrid
        sentinel-one|SentinelOne
        sentry|Sentry
        servicenow|ServiceNow
        sharepoint|SharePoint
        slack|Slack
        slack-enterprise|Slack Enterprise
        snipe-it|Snipe-IT
        snowflake|Snowflake
        snyk|Snyk
        sonatype-nexus|Sonatype Nexus
        splunk|Splunk
        sql|SQL databases
        sql-server|SQL Server
        strongdm|StrongDM
        successfactors|SuccessFactors
        sumo-logic|Sumo Logic
        tableau|Tableau
        tailscale|Tailscale
        teleport|Teleport
        temporalcloud|Temporal Cloud
        tenable-vm|Tenable
        terraform-cloud|Terraform Cloud
        torq|Torq
        trayai|Tray.ai
        trello|Trello
        twingate|Twingate
        verkada|Verkada
        vgs|Very Good Security
        victorops|VictorOps
        vmware-vcenter|VMware vCenter
        vultr|Vultr
        wiz-win|Wiz
        workato|Workato
        zendesk|Zendesk
        zoom|Zoom
        zuper|Zuper
        """
}
