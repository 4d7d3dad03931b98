// A model server that answers with what it read: in Go, as its servers read (encoding/json: names without regard to case, the last of two counts).
// go run reader.go prints its address.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
)

type message struct {
	Role    string `json:"role"`
	Content any    `json:"content"`
}

type request struct {
	Model               string    `json:"model"`
	Messages            []message `json:"messages"`
	Prompt              any       `json:"prompt"`
	Stream              bool      `json:"stream"`
	Logprobs            any       `json:"logprobs"`
	PromptLogprobs      *int      `json:"prompt_logprobs"`
	N                   int       `json:"n"`
	BestOf              int       `json:"best_of"`
	MaxTokens           *int64    `json:"max_tokens"`
	MaxCompletionTokens *int64    `json:"max_completion_tokens"`
	Tools               []any     `json:"tools"`
	ResponseFormat      *struct {
		Type string `json:"type"`
	} `json:"response_format"`
}

func texts(content any, media *bool) []string {
	switch value := content.(type) {
	case string:
		return []string{value}
	case []any:
		var all []string
		for _, part := range value {
			if object, is := part.(map[string]any); is {
				if kind, _ := object["type"].(string); kind == "image_url" {
					*media = true
				}
				if text, is := object["text"].(string); is {
					all = append(all, text)
				}
			} else {
				all = append(all, texts(part, media)...)
			}
		}
		return all
	}
	return nil
}

func read(path string, body []byte) map[string]any {
	var r request
	if err := json.Unmarshal(body, &r); err != nil {
		return nil
	}
	media := false
	var all []string
	for _, m := range r.Messages {
		all = append(all, texts(m.Content, &media)...)
	}
	prompts := 1
	if path == "/v1/completions" {
		all = append(all, texts(r.Prompt, &media)...)
		if list, is := r.Prompt.([]any); is && len(list) > 0 {
			if _, number := list[0].(float64); !number {
				prompts = len(list)
			}
		}
	}
	logprobs := r.PromptLogprobs != nil
	switch value := r.Logprobs.(type) {
	case bool:
		logprobs = logprobs || value
	case float64:
		logprobs = logprobs || value > 0 || path == "/v1/completions"
	}
	most := int64(-1)
	for _, value := range []*int64{r.MaxTokens, r.MaxCompletionTokens} {
		if value != nil && *value > most {
			most = *value
		}
	}
	return map[string]any{
		"model": r.Model, "texts": all, "stream": r.Stream, "logprobs": logprobs, "answers": max(1, max(r.N, r.BestOf)) * prompts, "most": most,
		"tools": len(r.Tools) > 0, "structured": r.ResponseFormat != nil && r.ResponseFormat.Type != "" && r.ResponseFormat.Type != "text", "media": media,
	}
}

func max(a, b int) int {
	if a > b {
		return a
	}
	return b
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Printf("http://%s\n", listener.Addr())
	panic(http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.Method == "GET" {
			io.WriteString(w, `{"data":[{"id":"m1"},{"id":"dear"}]}`)
			return
		}
		body, _ := io.ReadAll(r.Body)
		readings := []map[string]any{}
		if reading := read(r.URL.Path, body); reading != nil {
			readings = append(readings, reading)
		}
		said, _ := json.Marshal(readings) // in a field that every API has: others are taken out where something is denied
		json.NewEncoder(w).Encode(map[string]any{"id": string(said), "usage": map[string]int{"prompt_tokens": 1, "completion_tokens": 1}})
	})))
}
