// Which programs a container or a probe is told to run.

#include "cassandra/programs.hpp"

#include <fmt/core.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support.hpp"

using namespace cassmesh;

TEST_CASE("of a command the programs are known that it runs, whoever starts them") {
  using Words = std::vector<std::string_view>;
  const std::vector<std::pair<Words, std::string>> rows{
      {{}, ""},
      {{"nodetool", "status"}, "nodetool status;"},
      {{"/usr/bin/cqlsh", "a b"}, "cqlsh 'a b';"},
      {{"bash", "-c", "nodetool status | grep -E \"^UN +$POD_IP\""},
       "nodetool status;grep -E '^UN +$POD_IP';"},
      {{"/bin/sh", "-ec", "if ! cqlsh; then exit 1; fi"}, "cqlsh;exit 1;fi;"},
      {{"sh", "-c", "nodetool -h $(hostname -i) status"},
       "nodetool -h '$(hostname -i)' status;hostname -i;"},
      {{"sh", "-c", "[[ \"$(nodetool statusgossip)\" == running ]]"},
       "[[ '$(nodetool statusgossip)' == running ]];nodetool statusgossip;"},
      {{"sh", "-c", "x=`nodetool info`; echo $x"}, "echo $x;nodetool info;"},
      {{"timeout", "5", "sh", "-c", "exec env A=1 nodetool info"}, "nodetool info;"},
      {{"tini", "--", "cassandra", "-f"}, "cassandra -f;"},
      {{"sh", "-c", "# nodetool\ntrue"}, "true;"},
      {{"sh", "/start.sh"}, "sh /start.sh;"},
      {{"sh", "-c", "'"}, ""},
      {{"sh", "-c", "$("}, "$(;"},
      {{"sh", "-c", "\""}, ""},
  };
  for (const auto& [words, expected] : rows) {
    std::string text;
    for (const auto& program : cassandra::programs(words)) {
      text += program.name;
      for (const auto& argument : program.arguments) {
        const bool is_plain = argument.find(' ') == std::string::npos;
        text += is_plain ? " " + argument : fmt::format(" '{}'", argument);
      }
      text += ';';
    }
    INFO(fmt::format("{}", words.empty() ? "" : words.back()));
    CHECK(text == expected);
  }
}
