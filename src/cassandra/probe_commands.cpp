// Sources: apache/cassandra bin/nodetool and tools/NodeTool.java (-h, -p before the command),
// bin/cqlsh.py and pylib/cqlshlib/cqlshmain.py (host and port behind the options, else CQLSH_HOST
// and CQLSH_PORT, else cqlshrc, else 127.0.0.1 and 9042) at 3.11, 4.0, 4.1 and 5.0;
// kubernetes/examples databases/cassandra/image/files/ready-probe.sh at 279e8e4fe314.

#include "probe_commands.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "../text.hpp"
#include "environment.hpp"
#include "programs.hpp"

namespace cassmesh::cassandra {
namespace {

template <std::size_t size>
bool is_one_of(const std::array<std::string_view, size>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

/// As a command line says it, or the variables; empty where nothing does.
struct Written {
  std::string host{};
  std::string port{};
};

/// The value of `NAME=VALUE`; empty if it has none.
std::string value_of(std::string_view word) {
  const auto equals = word.find('=');
  return std::string(equals == std::string_view::npos ? "" : word.substr(equals + 1));
}

Written of_nodetool(const std::vector<std::string>& arguments) {
  constexpr std::array<std::string_view, 10> with_value{
      "--host", "--password", "--password-file", "--port", "--username", "-h", "-p", "-pw",
      "-pwf",   "-u"};
  Written told;
  for (std::size_t i = 0; i < arguments.size() && arguments[i].starts_with('-'); ++i) {
    const auto option = std::string_view(arguments[i]);
    auto value = value_of(option);
    if (is_one_of(with_value, option))
      value = ++i < arguments.size() ? arguments[i] : std::string();
    const auto name = option.substr(0, option.find('='));
    if (name == "-h" || name == "--host") told.host = value;
    if (name == "-p" || name == "--port") told.port = value;
  }
  return told;
}

Written of_cqlsh(const std::vector<std::string>& arguments) {
  constexpr std::array<std::string_view, 17> with_value{"--connect-timeout",
                                                        "--cqlshrc",
                                                        "--cqlversion",
                                                        "--credentials",
                                                        "--encoding",
                                                        "--execute",
                                                        "--file",
                                                        "--keyspace",
                                                        "--password",
                                                        "--protocol-version",
                                                        "--python",
                                                        "--request-timeout",
                                                        "--username",
                                                        "-e",
                                                        "-f",
                                                        "-k",
                                                        "-u"};
  std::array<std::string, 2> found;
  std::size_t count = 0;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto& word = arguments[i];
    if (word.starts_with('-')) {
      if (is_one_of(with_value, word) || word == "-p") ++i;
    } else if (count < found.size()) {
      found.at(count++) = word;
    }
  }
  return {.host = found[0], .port = found[1]};
}

class Reader {
 public:
  Reader(const Setup& setup, const yaml::Node& exec) : setup_(setup), exec_(exec) {}

  std::optional<ProbeDial> read() const {
    std::vector<std::string_view> words;
    for (const auto& word : exec_["command"]) words.push_back(word.text());
    std::optional<ProbeDial> found;
    for (const auto& program : programs(words)) {
      if (!is_client(program)) continue;
      const auto dial = dial_by(program);
      // Of several nobody knows by which the probe fails.
      if (!dial || (found && !is_same(*found, *dial))) return std::nullopt;
      found = dial;
    }
    return found;
  }

 private:
  static bool is_same(const ProbeDial& one, const ProbeDial& other) {
    return one.is_cql == other.is_cql && one.at_pod_ip == other.at_pod_ip && one.port == other.port;
  }

  bool is_client(const Program& program) const {
    const bool is_script =
        setup_.image().flavour == Flavour::google_samples && program.name == "ready-probe.sh";
    return program.name == "nodetool" || program.name == "cqlsh" || is_script;
  }

  std::optional<ProbeDial> dial_by(const Program& program) const {
    ProbeDial dial{.is_cql = program.name == "cqlsh"};
    Written told;
    if (program.name == "nodetool") told = of_nodetool(program.arguments);
    if (dial.is_cql) told = of_cqlsh(program.arguments);
    if (dial.is_cql && told.host.empty()) {
      if (setup_.mounted_file("cqlshrc") != nullptr) return std::nullopt;
      if (!take_variable("CQLSH_HOST", told.host)) return std::nullopt;
    }
    if (dial.is_cql && told.port.empty() && !take_variable("CQLSH_PORT", told.port))
      return std::nullopt;
    return read_host(told.host, dial) && read_port(told.port, dial) ? std::optional(dial)
                                                                    : std::nullopt;
  }

  bool take_variable(std::string_view name, std::string& text) const {
    const auto told = told_by_variable(setup_, name);
    if (told.is_value()) text = told.value;
    return !told.is_unknown();
  }

  bool read_host(std::string_view word, ProbeDial& dial) const {
    constexpr std::array<std::string_view, 3> loopback{"localhost", "::1", "ip6-localhost"};
    if (word.empty()) return true;
    const auto told = told_by_shell(setup_, word, exec_);
    dial.at_pod_ip = word == own_address || told.is(own_address);
    if (dial.at_pod_ip) return true;
    const auto host = lower_case(told.value);
    return !told.is_unknown() && (host.starts_with("127.") || host.starts_with("::ffff:127.") ||
                                  is_one_of(loopback, host));
  }

  bool read_port(std::string_view word, ProbeDial& dial) const {
    if (word.empty()) return true;
    const auto told = told_by_shell(setup_, word, exec_);
    const auto* end = told.value.data() + told.value.size();
    const auto [stop, error] = std::from_chars(told.value.data(), end, dial.port);
    return !told.is_unknown() && error == std::errc() && stop == end && dial.port > 0;
  }

  const Setup& setup_;
  yaml::Node exec_;
};

}  // namespace

std::optional<ProbeDial> dial_of(const Setup& setup, const yaml::Node& exec) {
  return Reader(setup, exec).read();
}

}  // namespace cassmesh::cassandra
