// As istio/istio pkg/kube/inject/validate.go judges: pilot/pkg/kube/inject/inject.go at 1.0.0 and
// 1.1.0, pkg/kube/inject/inject.go at 1.6.0, validate.go at 1.9.0, 1.16.0, 1.24.0, 1.25.0 and
// 1.30.0. Nobody looks at includeOutboundPorts. Quantities are looked at by name only from 1.27.6,
// 1.28.4 and 1.29.0 on, but before that the rendered container could not be read with them.

#include "annotation_values.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <optional>

#include "address_ranges.hpp"
#include "cassmesh/source.hpp"
#include "cassmesh/yaml.hpp"
#include "lines.hpp"
#include "scalar.hpp"
#include "text.hpp"
#include "values.hpp"

namespace cassmesh::fields {
namespace {

using mesh::VersionRange;
using Refusals = std::vector<Refusal>;
using Judge = Refusals (*)(std::string_view value, const VersionRange& istio);

/// As Go's strings.TrimSpace.
std::string_view without_spaces(std::string_view text) {
  constexpr std::string_view spaces = " \t\n\v\f\r";
  const auto first = text.find_first_not_of(spaces);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(spaces) - first + 1);
}

/// As Go's strconv.ParseUint.
bool is_number_up_to(std::string_view text, unsigned long most) {
  const auto digits = text.substr(std::min(text.find_first_not_of('0'), text.size()));
  return !text.empty() && std::ranges::all_of(text, is_digit) && digits.size() <= 10 &&
         number<unsigned long>(text).value_or(0) <= most;
}

bool is_port(std::string_view text) {
  return is_number_up_to(text, 65535);
}

/// Calls `take` with each item of a list, until it is content.
template <typename Take>
bool any_item(std::string_view list, const Take& take) {
  for (bool more = true; more;) {
    more = list.find(',') != list.npos;
    if (take(cut(list, ','))) return true;
  }
  return false;
}

Refusals ports(std::string_view value, const VersionRange& istio) {
  // Up to 1.0 it took no spaces, and read 16 bits with a sign.
  static const auto narrow = VersionRange::parse("1.0");
  Refusals found;
  any_item(without_spaces(value), [&](std::string_view item) {
    const auto port = without_spaces(item);
    if (port.empty() && without_spaces(value).empty()) return true;
    if (!is_port(port)) {
      const auto why =
          port.empty() ? std::string("an item of the list is empty") : quoted(port) + " is no port";
      found.push_back({why, "write ports with commas between them, as in '7000,7001'", istio});
    } else if (found.empty() && (item != port || !is_number_up_to(port, 32767))) {
      found.push_back({quoted(item) + " is no port there", "", istio & narrow});
    }
    return !found.empty() && found.back().istio == istio;
  });
  return found;
}

Refusals ports_or_all(std::string_view value, const VersionRange& istio) {
  return value == "*" ? Refusals() : ports(value, istio);
}

Refusals port(std::string_view value, const VersionRange& istio) {
  if (is_port(without_spaces(value))) return {};
  return {{quoted(value) + " is no port", "write a number from 0 to 65535", istio}};
}

Refusals ranges(std::string_view value, const VersionRange& istio) {
  Refusals found;
  if (value.empty()) return found;
  any_item(value, [&](std::string_view item) {
    if (is_address_range(item)) return false;
    const auto trimmed = without_spaces(item);
    if (trimmed.empty()) {
      found.push_back({"an item of the list is empty", "take the comma away", istio});
    } else if (is_address_range(trimmed)) {
      found.push_back({quoted(trimmed) + " has spaces around it", "take the spaces away", istio});
    } else {
      found.push_back({quoted(trimmed) + " is no range of addresses",
                       "write ranges with their lengths, as in '10.0.0.0/8,10.9.8.7/32'", istio});
    }
    return true;
  });
  return found;
}

Refusals ranges_or_all(std::string_view value, const VersionRange& istio) {
  return value == "*" ? Refusals() : ranges(value, istio);
}

Refusals interception_mode(std::string_view value, const VersionRange& istio) {
  static const auto without_none = VersionRange::parse("1.0");
  constexpr std::array<std::string_view, 3> modes{"REDIRECT", "TPROXY", "NONE"};
  if (value == "NONE") return {{"'NONE' is no mode there", "", istio & without_none}};
  if (std::ranges::find(modes, value) != modes.end()) return {};
  const auto near = closest(value.substr(0, 16), modes);
  return {{quoted(value) + " is no mode",
           near.empty() ? std::string("write REDIRECT, TPROXY or NONE")
                        : fmt::format("write '{}'", near),
           istio}};
}

Refusals whole_number(std::string_view value, const VersionRange& istio) {
  if (is_number_up_to(value, 4294967295UL)) return {};
  return {{quoted(value) + " is no whole number", "", istio}};
}

/// As Go's strconv.ParseBool.
Refusals boolean(std::string_view value, const VersionRange& istio) {
  constexpr std::array<std::string_view, 12> words{"1", "t", "T", "TRUE",  "true",  "True",
                                                   "0", "f", "F", "FALSE", "false", "False"};
  if (std::ranges::find(words, value) != words.end()) return {};
  return {
      {quoted(value) + " is neither true nor false", "write 'true' or 'false', in quotes", istio}};
}

Refusals amount(std::string_view value, const VersionRange& istio) {
  if (quantity(without_spaces(value))) return {};
  return {{quoted(value) + " is no quantity", "write it as in '100m' or '128Mi'", istio}};
}

Refusals interfaces(std::string_view value, const VersionRange& istio) {
  Refusals found;
  if (value.empty()) return found;
  any_item(value, [&](std::string_view item) {
    const auto name = without_spaces(item);
    const auto is_part = [](char each) {
      return is_letter(each) || is_digit(each) || each == '_' || each == '.' || each == '-';
    };
    const bool is_name = !name.empty() && name.size() <= 15 && is_letter(name.front()) &&
                         std::ranges::all_of(name, is_part);
    if (!is_name) found.push_back({quoted(name) + " is no name of an interface", "", istio});
    return !is_name;
  });
  return found;
}

/// Unknown fields are ignored.
Refusals proxy_config(std::string_view value, const VersionRange& istio) {
  const Source source(0, "", std::string(value));
  const auto documents = yaml::parse(source);
  if (documents.empty()) return {};
  const auto& document = documents.front();
  if (!document.problems().empty())
    return {{fmt::format("it is no YAML ({})", document.problems().front().message), "", istio}};
  const auto root = document.root();
  const auto json = json_type(root);
  if (json == Json::null || json == Json::unknown) return {};
  if (json != Json::object)
    return {{"it must be a mapping, not " + described(root), "write YAML: fields of ProxyConfig",
             istio}};
  Refusals found;
  for (auto& wrong : wrong_values_of_proxy_config(root, istio, true))
    found.push_back({std::move(wrong.message), std::move(wrong.fix), wrong.istio});
  return found;
}

struct Row {
  std::string_view annotation;
  std::string_view versions;
  Judge judge;
};

constexpr std::array refused{
    Row{"sidecar.istio.io/interceptionMode", "any", interception_mode},
    Row{"traffic.sidecar.istio.io/includeInboundPorts", "any", ports_or_all},
    Row{"traffic.sidecar.istio.io/excludeInboundPorts", "any", ports},
    Row{"traffic.sidecar.istio.io/excludeOutboundPorts", "1.2..", ports},
    Row{"traffic.sidecar.istio.io/includeOutboundIPRanges", "any", ranges_or_all},
    Row{"traffic.sidecar.istio.io/excludeOutboundIPRanges", "any", ranges},
    Row{"traffic.sidecar.istio.io/excludeInterfaces", "1.30..", interfaces},
    Row{"traffic.sidecar.istio.io/kubevirtInterfaces", "1.30..", interfaces},
    Row{"istio.io/reroute-virtual-interfaces", "1.30..", interfaces},
    Row{"status.sidecar.istio.io/port", "1.1..", port},
    Row{"readiness.status.sidecar.istio.io/initialDelaySeconds", "1.1..", whole_number},
    Row{"readiness.status.sidecar.istio.io/periodSeconds", "1.1..", whole_number},
    Row{"readiness.status.sidecar.istio.io/failureThreshold", "1.1..", whole_number},
    Row{"readiness.status.sidecar.istio.io/applicationPorts", "1.1..1.4", ports_or_all},
    Row{"sidecar.istio.io/enableCoreDump", "1.5..1.24", boolean},
    Row{"prometheus.istio.io/merge-metrics", "1.6..", boolean},
    Row{"sidecar.istio.io/proxyCPU", "1.1..", amount},
    Row{"sidecar.istio.io/proxyMemory", "1.1..", amount},
    Row{"sidecar.istio.io/proxyCPULimit", "1.6..", amount},
    Row{"sidecar.istio.io/proxyMemoryLimit", "1.6..", amount},
    Row{"proxy.istio.io/config", "1.6..", proxy_config},
};

Refusals export_to(std::string_view value, const VersionRange& istio) {
  constexpr std::array<std::string_view, 4> words{"", ".", "*", "~"};
  Refusals found;
  any_item(value, [&](std::string_view item) {
    const auto name = without_spaces(item);
    if (std::ranges::find(words, name) == words.end() && dns_label_problem(name))
      found.push_back({quoted(name) + " is no namespace",
                       "write namespaces with commas between them, '.' or '*'", istio});
    return !found.empty();
  });
  return found;
}

Refusals traffic_distribution(std::string_view value, const VersionRange& istio) {
  constexpr std::array<std::string_view, 5> words{"", "any", "preferclose", "prefersamezone",
                                                  "prefersamenode"};
  if (std::ranges::find(words, lower_case(value)) != words.end()) return {};
  return {{quoted(value) + " is no distribution", "write 'PreferClose'", istio}};
}

// Source: istio/istio pilot/pkg/serviceregistry/kube/conversion.go at 1.7.0 and 1.24.0.
constexpr std::array ignored{
    Row{"networking.istio.io/exportTo", "1.7..", export_to},
    Row{"networking.istio.io/traffic-distribution", "1.24..", traffic_distribution},
};

/// Whether somebody else fills in a part of it before it is applied: `${PORT}`, `PORT_PLACEHOLDER`.
bool is_template(std::string_view value) {
  constexpr std::array<std::string_view, 4> marks{"${", "$(", "{{", "<"};
  const bool is_name = value.find('_') != value.npos && std::ranges::none_of(value, is_lower);
  return is_name || std::ranges::any_of(marks, [&](std::string_view mark) {
           return value.find(mark) != value.npos;
         });
}

template <std::size_t Size>
Refusals judge(const std::array<Row, Size>& rows, std::string_view annotation,
               std::string_view value, const VersionRange& istio) {
  const auto row = std::ranges::find(rows, annotation, &Row::annotation);
  if (row == rows.end() || is_template(value)) return {};
  auto found = row->judge(value, istio & VersionRange::parse(row->versions));
  std::erase_if(found, [](const Refusal& each) { return each.istio.empty(); });
  return found;
}

}  // namespace

std::vector<Refusal> refusals(std::string_view annotation, std::string_view value,
                              const VersionRange& istio) {
  return judge(refused, annotation, value, istio);
}

std::vector<Refusal> ignored_values(std::string_view annotation, std::string_view value,
                                    const VersionRange& istio) {
  return judge(ignored, annotation, value, istio);
}

}  // namespace cassmesh::fields
