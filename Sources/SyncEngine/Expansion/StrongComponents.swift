/// Tarjan's strongly connected components, without recursion so that long chains don't exhaust the stack.
struct StrongComponents {
    /// The members of each component; a component comes after all that it leads to.
    private(set) var components: [[Int]] = []

    private let successors: [[Int]]
    private var index: [Int]
    private var low: [Int]
    private var isOnStack: [Bool]
    private var stack: [Int] = []
    private var counter = 0

    init(of successors: [[Int]]) {
        self.successors = successors
        index = Array(repeating: -1, count: successors.count)
        low = Array(repeating: 0, count: successors.count)
        isOnStack = Array(repeating: false, count: successors.count)
        for node in successors.indices where index[node] < 0 { visit(node) }
    }

    private mutating func visit(_ root: Int) {
        var path: [(node: Int, next: Int)] = [(root, 0)]
        enter(root)
        while let (node, next) = path.last {
            if next < successors[node].count {
                path[path.count - 1].next += 1
                let successor = successors[node][next]
                if index[successor] < 0 {
                    enter(successor)
                    path.append((successor, 0))
                } else if isOnStack[successor] {
                    low[node] = min(low[node], index[successor])
                }
            } else {
                path.removeLast()
                if let parent = path.last?.node { low[parent] = min(low[parent], low[node]) }
                if low[node] == index[node] { close(node) }
            }
        }
    }

    private mutating func enter(_ node: Int) {
        index[node] = counter
        low[node] = counter
        counter += 1
        stack.append(node)
        isOnStack[node] = true
    }

    private mutating func close(_ root: Int) {
        var members: [Int] = []
        while let member = stack.popLast() {
            isOnStack[member] = false
            members.append(member)
            if member == root { break }
        }
        components.append(members)
    }
}
