// What turns on the image: how its flavour is told, and what the container of each needs.

#include "render/flavours.hpp"

#include <fmt/core.h>

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "rendered.hpp"
#include "support.hpp"

using namespace cassmesh;

TEST_CASE("each flavour gets its settings, its data and its listen address in its own way") {
  struct Row {
    std::string spec;
    std::string data;
    std::string start;  ///< which of command and args is given
    std::string env;    ///< besides what all flavours have
  };
  const std::string official_names =
      "MAX_HEAP_SIZE=512M\nHEAP_NEWSIZE=100M\n"
      "CASSANDRA_SEEDS=cassandra-0.cassandra.cassandra.svc.cluster.local\n"
      "CASSANDRA_CLUSTER_NAME=K8Demo\nCASSANDRA_DC=DC1-K8Demo\nCASSANDRA_RACK=Rack1-K8Demo\n";
  const std::string snitch = "CASSANDRA_ENDPOINT_SNITCH=GossipingPropertyFileSnitch\n";
  const std::string bitnami_names =
      "MAX_HEAP_SIZE=512M\nHEAP_NEWSIZE=100M\n"
      "CASSANDRA_SEEDS=cassandra-0.cassandra.cassandra.svc.cluster.local\n"
      "CASSANDRA_CLUSTER_NAME=K8Demo\nCASSANDRA_DATACENTER=DC1-K8Demo\n"
      "CASSANDRA_RACK=Rack1-K8Demo\n" +
      snitch;
  const std::string bitnami_ends =
      "CASSANDRA_BROADCAST_ADDRESS=$(POD_IP)\nCASSANDRA_CFG_YAML_BROADCAST_RPC_ADDRESS=$(POD_IP)\n";
  const std::vector<Row> rows{
      {"listen: both", "/cassandra_data", "command", official_names},
      {"listen: loopback", "/cassandra_data", "command", official_names},
      {"listen: pod-ip", "/cassandra_data", "", official_names},
      {"cluster: {numTokens: 16}", "/cassandra_data", "command",
       official_names + "CASSANDRA_NUM_TOKENS=16\n"},
      {"image: cassandra:4.1.8", "/var/lib/cassandra", "command",
       official_names + snitch +
           "CASSANDRA_LISTEN_ADDRESS=127.0.0.1\nCASSANDRA_BROADCAST_ADDRESS=$(POD_IP)\n"},
      {"image: cassandra:4.1.8\nlisten: loopback", "/var/lib/cassandra", "command",
       official_names + snitch +
           "CASSANDRA_LISTEN_ADDRESS=127.0.0.1\nCASSANDRA_BROADCAST_ADDRESS=$(POD_IP)\n"},
      {"image: cassandra:4.1.8\nlisten: pod-ip", "/var/lib/cassandra", "",
       official_names + snitch +
           "CASSANDRA_LISTEN_ADDRESS=$(POD_IP)\nCASSANDRA_BROADCAST_ADDRESS=$(POD_IP)\n"},
      {"image: bitnami/cassandra:5.0.4", "/bitnami/cassandra", "args",
       bitnami_names +
           "CASSANDRA_CFG_YAML_LISTEN_ADDRESS=127.0.0.1\n"
           "CASSANDRA_CFG_YAML_LISTEN_ON_BROADCAST_ADDRESS=true\n" +
           bitnami_ends},
      {"image: bitnami/cassandra:5.0.4\nlisten: loopback", "/bitnami/cassandra", "args",
       bitnami_names + "CASSANDRA_CFG_YAML_LISTEN_ADDRESS=127.0.0.1\n" + bitnami_ends},
      {"image: bitnami/cassandra:5.0.4\nlisten: pod-ip", "/bitnami/cassandra", "",
       bitnami_names + "CASSANDRA_CFG_YAML_LISTEN_ADDRESS=$(POD_IP)\n" + bitnami_ends},
      {"image: bitnami/cassandra:5.0.4\nlisten: pod-ip\n"
       "ports: {cql: 1111, internode: 2222, internodeTls: 3333, jmx: 4444}",
       "/bitnami/cassandra", "",
       bitnami_names +
           "CASSANDRA_CQL_PORT_NUMBER=1111\nCASSANDRA_TRANSPORT_PORT_NUMBER=2222\n"
           "CASSANDRA_CFG_YAML_SSL_STORAGE_PORT=3333\nCASSANDRA_JMX_PORT_NUMBER=4444\n"
           "CASSANDRA_CFG_YAML_LISTEN_ADDRESS=$(POD_IP)\n" +
           bitnami_ends},
      {"image: example.com/mine:1", "/var/lib/cassandra", "",
       official_names + snitch +
           "CASSANDRA_LISTEN_ADDRESS=$(POD_IP)\nCASSANDRA_BROADCAST_ADDRESS=$(POD_IP)\n"},
      {"image: example.com/mine:1\nflavour: google-samples\nversion: 3.11.2", "/cassandra_data",
       "command", official_names},
  };
  for (const auto& row : rows) {
    DYNAMIC_SECTION(row.spec) {
      const Rendered rendered("replicas: 1\n" + row.spec + "\n");
      const auto container = rendered.container();
      CHECK((*container["volumeMounts"].begin())["mountPath"].text() == row.data);
      CHECK(std::string(container["command"] ? "command" : "") +
                (container["args"] ? "args" : "") ==
            row.start);
      CHECK(environment(container) == "POD_IP\n" + row.env);
    }
  }
}

TEST_CASE("a container that needs more than its image gives has it") {
  const auto capability = [](const Rendered& rendered) {
    return entries(rendered.container()["securityContext"]["capabilities"]);
  };
  CHECK((*Rendered("").container()["securityContext"]["capabilities"]["add"].begin()).text() ==
        "IPC_LOCK");
  CHECK(capability(Rendered("securityContext: {}")).empty());
  CHECK_FALSE(Rendered("securityContext: {}").container()["securityContext"]);
  CHECK_FALSE(Rendered("").pod()["spec"]["securityContext"]);
  CHECK(entries(Rendered("image: bitnami/cassandra:5.0.4").pod()["spec"]["securityContext"]) ==
        "fsGroup=1001");
  CHECK(entries(Rendered("podSecurityContext: {fsGroup: 7}").pod()["spec"]["securityContext"]) ==
        "fsGroup=7");
}

TEST_CASE(
    "ports of one's own are written into the files of images that have no variable for them") {
  const auto script = [](const std::string& spec) {
    const Rendered rendered(spec);
    std::string last;
    for (const auto word : rendered.container()["command"]) last = word.text();
    return last;
  };
  const std::string ports = "ports: {cql: 1111, internode: 2222, internodeTls: 3333, jmx: 4444}\n";
  for (const std::string image : {"", "image: cassandra:4.1.8\n"}) {
    for (const std::string listen : {"both", "pod-ip"}) {
      const auto text = script(image + "listen: " + listen + "\n" + ports);
      INFO(text);
      for (const auto* setting : {"native_transport_port: 1111'", "'storage_port: 2222'",
                                  "ssl_storage_port: 3333'", "JMX_PORT=4444"}) {
        CHECK(text.find(setting) != std::string::npos);
      }
    }
  }
  CHECK(script("listen: pod-ip\nports: {jmx: false}").empty());
}

namespace {

/// What the kubelet makes of a variable's value, a command or an argument: `$(NAME)` becomes the
/// value of a variable that is known and else stays, `$$` becomes `$`, everything else is as it is.
/// Source: k8s.io/kubernetes third_party/forked/golang/expansion/expand.go.
std::string kubelet_expands(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '$' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    const char next = text[i + 1];
    const auto close = next == '(' ? text.find(')', i) : std::string_view::npos;
    if (next == '$') {
      out += '$';
      ++i;
    } else if (close != std::string_view::npos) {
      const auto name = text.substr(i + 2, close - i - 2);
      out += name == "a" ? "EXPANDED" : fmt::format("$({})", name);
      i = close;
    } else {
      out += '$';
    }
  }
  return out;
}

}  // namespace

TEST_CASE("the kubelet's expansion gives back what was escaped for it") {
  CHECK(kubelet_expands("$(a) $$(a) $(b) $(a $") == "EXPANDED $(a) $(b) $(a $");
  CHECK(render::escape_for_kubelet("plain $HOME ${a}") == "plain $HOME ${a}");
  CHECK(render::escape_for_kubelet("$(a)") == "$$(a)");
  std::mt19937 random(1);  // NOLINT: the same texts in every run
  constexpr std::string_view letters = "$()Aa{}";
  for (int run = 0; run < 20'000; ++run) {
    std::string text;
    for (auto length = random() % 12; length > 0; --length)
      text += letters[random() % letters.size()];
    const auto escaped = render::escape_for_kubelet(text);
    INFO(text << " is escaped as " << escaped);
    REQUIRE(kubelet_expands(escaped) == text);
  }
}

TEST_CASE("values that hold dollar signs reach Cassandra as they were written") {
  const std::string name = "Cash $(POD_IP) $$(a) $$$ $(";
  const Rendered rendered("image: bitnami/cassandra:5.0.4\ncluster: {name: '" + name + "'}");
  const auto written = variable(rendered.container(), "CASSANDRA_CLUSTER_NAME");
  CHECK(written == "Cash $$(POD_IP) $$$$(a) $$$$$ $$(");
  CHECK(kubelet_expands(written) == name);
  CHECK(variable(Rendered("env: [{name: A, value: $(POD_IP)}]").container(), "A") == "$(POD_IP)");
}
