import ConnectorRuntime
import DemoConnector

@main struct BatonDemo {
    static func main() async { await DemoConnector.run() }
}
