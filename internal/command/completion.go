// SPDX-License-Identifier: GPL-3.0-or-later

package command

import (
	"context"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
)

func shellNames() []string { return []string{"bash", "zsh", "fish"} }

// completionCommand prints a completion. It is made from the commands, so it knows what this
// executable knows.
func (p *Program) completionCommand() *Command {
	return &Command{
		Name: "completion", Args: "SHELL", Short: "print a completion for bash, zsh or fish", Words: shellNames,
		Long: fmt.Sprintf(`Put the line for your shell into its startup file:

  bash:  source <(%[1]s completion bash)
  zsh:   source <(%[1]s completion zsh)       after compinit
  fish:  %[1]s completion fish | source`, p.Name),
		Prepare: Do(func(_ context.Context, call Call) error {
			switch shell := call.Args[0]; shell {
			case "bash":
				p.bash(call.Stdout)
			case "zsh":
				p.zsh(call.Stdout)
			case "fish":
				p.fish(call.Stdout)
			default:
				return Usagef("there is no completion for %q: use one of %s", shell, strings.Join(shellNames(), ", "))
			}
			return nil
		}),
	}
}

// choice is a word that can be completed.
type choice struct {
	word, meaning string
	takesValue    bool
}

// options returns the flags of a command, --help included.
func (c *Command) options() []choice {
	set, _ := c.flags()
	choices := []choice{}
	set.VisitAll(func(f *flag.Flag) {
		if f.Usage == "" {
			return
		}
		_, usage := flag.UnquoteUsage(f)
		choices = append(choices, choice{"--" + f.Name, usage, !isSwitch(f)})
	})
	return append(choices, choice{word: "--help", meaning: "show the usage"})
}

// words returns what the first argument of a command can be.
func (c *Command) words() []string {
	if c.Words == nil {
		return nil
	}
	return slices.Sorted(slices.Values(c.Words()))
}

// first returns the words that can follow the name of the program.
func (p *Program) first() []choice {
	var choices []choice
	for _, c := range p.commands() {
		choices = append(choices, choice{word: c.Name, meaning: c.Short})
	}
	if p.Flagged != nil {
		choices = append(choices, p.Flagged.options()...)
	}
	return append(choices, choice{word: "--version", meaning: "print the version"})
}

func wordsOf(choices []choice) string {
	words := make([]string, len(choices))
	for i, c := range choices {
		words[i] = c.word
	}
	return strings.Join(words, " ")
}

func (p *Program) bash(w io.Writer) {
	fmt.Fprintf(w, "_%[1]s() {\n  local words=\n  if [ \"$COMP_CWORD\" -eq 1 ]; then\n    words='%[2]s'\n  else\n    case ${COMP_WORDS[1]} in\n", p.Name, wordsOf(p.first()))
	for _, c := range p.commands() {
		fmt.Fprintf(w, "      %s)\n        words='%s'\n", c.Name, wordsOf(c.options()))
		if words := c.words(); words != nil {
			fmt.Fprintf(w, "        [ \"$COMP_CWORD\" -gt 2 ] || words+=' %s'\n", strings.Join(words, " "))
		}
		fmt.Fprintln(w, "        ;;")
	}
	fmt.Fprintf(w, "    esac\n  fi\n  COMPREPLY=($(compgen -W \"$words\" -- \"${COMP_WORDS[COMP_CWORD]}\"))\n}\ncomplete -o default -F _%[1]s %[1]s\n", p.Name)
}

func (p *Program) zsh(w io.Writer) {
	fmt.Fprintf(w, "#compdef %[1]s\n_%[1]s() {\n  local -a choices\n  if (( CURRENT == 2 )); then\n    choices=(%[2]s)\n  else\n    case $words[2] in\n", p.Name, described(p.first()))
	for _, c := range p.commands() {
		fmt.Fprintf(w, "      %s)\n        choices=(%s)\n", c.Name, described(c.options()))
		if words := c.words(); words != nil {
			fmt.Fprintf(w, "        (( CURRENT > 3 )) || choices+=(%s)\n", strings.Join(words, " "))
		}
		fmt.Fprintln(w, "        ;;")
	}
	fmt.Fprintf(w, "    esac\n  fi\n  _describe %[1]s choices || _files\n}\ncompdef _%[1]s %[1]s\n", p.Name)
}

// described writes choices as zsh's _describe expects them.
func described(choices []choice) string {
	quoted := make([]string, len(choices))
	for i, c := range choices {
		quoted[i] = shellQuote(c.word + ":" + c.meaning)
	}
	return strings.Join(quoted, " ")
}

func (p *Program) fish(w io.Writer) {
	fmt.Fprintf(w, "complete -c %s -e\n", p.Name)
	for _, c := range p.commands() {
		fmt.Fprintf(w, "complete -c %s -f -n __fish_use_subcommand -a %s -d %s\n", p.Name, c.Name, shellQuote(c.Short))
	}
	for _, o := range p.first() {
		if strings.HasPrefix(o.word, "--") {
			fishOption(w, p.Name, "__fish_use_subcommand", o)
		}
	}
	for _, c := range p.commands() {
		seen := "'__fish_seen_subcommand_from " + c.Name + "'"
		for _, o := range c.options() {
			fishOption(w, p.Name, seen, o)
		}
		if words := c.words(); words != nil {
			fmt.Fprintf(w, "complete -c %s -f -n %s -a %s\n", p.Name, seen, shellQuote(strings.Join(words, " ")))
		}
	}
}

func fishOption(w io.Writer, program, condition string, o choice) {
	value := ""
	if o.takesValue {
		value = " -r"
	}
	fmt.Fprintf(w, "complete -c %s -n %s -l %s%s -d %s\n", program, condition, strings.TrimPrefix(o.word, "--"), value, shellQuote(o.meaning))
}

// shellQuote makes a text one word in any of the shells.
func shellQuote(text string) string {
	return "'" + strings.ReplaceAll(text, "'", "’") + "'"
}
