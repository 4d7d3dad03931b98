namespace Stillwatch.Features;

/// <summary>
/// The phrases that show a kind of elicitation, in several languages. They are openings for a detector, not proofs: honest people ask for
/// reasoning too, so that only their share in an account's traffic is ever weighed.
/// </summary>
internal static class ElicitationPhrases
{
    /// <summary>All phrases with their kinds.</summary>
    public static IEnumerable<(string Phrase, Elicitation Kind)> All =>
        from family in Families
        from phrase in family.Phrases
        select (phrase, family.Kind);

    private static readonly (Elicitation Kind, string[] Phrases)[] Families =
    [
        (Elicitation.Reasoning,
        [
            "step by step", "show your work", "show your working", "show your reasoning", "show all steps", "show each step", "intermediate steps",
            "chain of thought", "explain your reasoning", "reason through", "think through", "think carefully", "write out your reasoning",
            "write out the steps", "set out the steps", "lay out the steps", "work through", "derive the answer", "reasoning before", "give your reasoning",
            "before answering", "before giving the final answer", "detailed solution", "rationale for",
            "一步一步", "逐步推理", "逐步思考", "详细步骤", "推理过程", "思考过程", "解题过程", "写出步骤", "详细解释你的推理",
            "paso a paso", "muestra tu razonamiento", "étape par étape", "montre ton raisonnement", "schritt für schritt", "zeige deinen rechenweg",
            "passo a passo", "mostre seu raciocínio", "passo dopo passo", "шаг за шагом", "покажи рассуждения", "ステップバイステップ", "順を追って", "단계별로 설명",
        ]),
        (Elicitation.PostHocReasoning,
        [
            "why this answer is correct", "why the answer is", "how this answer was reached", "reasoning behind this answer", "reasoning behind the answer",
            "explain how you arrived", "explain how to arrive at", "justify the answer", "given the answer", "the correct answer is given", "reconstruct the reasoning",
            "internal reasoning behind", "articulate the reasoning", "walk through how this answer", "解释为什么答案是", "给出答案的推理", "说明得出该答案", "还原推理过程",
            "explica por qué la respuesta", "explique pourquoi la réponse", "erkläre warum die antwort", "explique por que a resposta", "объясни почему ответ", "объясните почему ответ",
            "答えがなぜ正しいか", "その答えに至った", "정답인 이유를", "답에 도달한 과정",
        ]),
        (Elicitation.Rubric,
        [
            "on a scale of", "on a scale from", "rate the following", "rate this response", "rate the response", "score the following", "score the response", "score from 1 to",
            "grade the following", "grade the response", "grade this answer", "according to the rubric", "according to the following criteria", "evaluate the quality of",
            "evaluate the response", "as a judge", "impartial judge", "rate from 1 to", "give a score", "评分标准", "请打分", "从1到10打分", "评价以下回答", "给出分数",
            "en una escala de", "sur une échelle de", "auf einer skala von", "califica la respuesta", "numa escala de", "bewerte die antwort", "évalue la réponse", "avalie a resposta", "по шкале от", "оцени ответ", "оцените ответ",
            "段階で評価", "採点してください", "점수를 매겨", "평가 기준에 따라",
        ]),
        (Elicitation.Preference,
        [
            "which response is better", "which answer is better", "which of the two responses", "compare the two responses", "compare the two answers", "response a and response b",
            "answer a or answer b", "choose the better", "preferred response", "rank the following responses", "chosen and rejected", "哪个回答更好", "比较两个回答", "选择更好的",
            "qué respuesta es mejor", "quelle réponse est meilleure", "welche antwort ist besser", "qual resposta é melhor", "какой ответ лучше", "сравни два ответа",
            "どちらの回答が良い", "どちらの応答が優れて", "어느 답변이 더", "두 답변을 비교",
        ]),
        (Elicitation.SelfInstruct,
        [
            "diverse task instructions", "come up with a set of", "come up with a series of tasks", "generate a set of questions", "generate diverse", "generate 10 questions", "generate 20",
            "create 10 questions", "create a new prompt", "rewrite the given prompt into", "more complex version", "instruction and response pairs", "question and answer pairs", "question answer pairs",
            "training examples", "synthetic data", "生成多样化的", "生成问答对", "创建一个新的指令", "生成一组", "训练数据", "genera un conjunto de", "génère un ensemble de", "erzeuge eine reihe von",
            "gere um conjunto de", "dados de treinamento", "erzeuge trainingsdaten", "données d'entraînement", "datos de entrenamiento", "придумай набор", "сгенерируй набор", "обучающие примеры",
            "多様なタスクを", "学習データ", "다양한 지시문", "학습 데이터",
        ]),
        (Elicitation.RefusalRewrite,
        [
            "without refusing", "rewrite the refusal", "instead of refusing", "a safer version of", "rewrite this answer so that it avoids", "politically sensitive", "avoid sensitive topics",
            "rewrite the response to avoid", "改写以避免敏感", "敏感话题", "不要拒绝", "sin negarte", "sans refuser", "ohne abzulehnen", "statt abzulehnen", "sem recusar", "без отказа", "не отказываясь",
            "拒否せずに", "断らずに", "거절하지 말고", "거부하지 않고",
        ]),
        (Elicitation.ToolTrajectory,
        [
            "trajectory of tool calls", "sequence of tool calls", "list every tool call", "simulate the tool", "thought action observation", "plan the tool calls", "simulate an agent",
            "full agent trajectory", "工具调用轨迹", "工具调用序列", "secuencia de llamadas", "séquence d'appels d'outils", "folge von werkzeugaufrufen", "folge der tool-aufrufe", "sequência de chamadas",
            "последовательность вызовов инструментов", "ツール呼び出しの", "도구 호출 순서",
        ]),
        (Elicitation.TraceCoercion,
        [
            "reveal your system prompt", "repeat your system prompt", "your hidden reasoning", "your internal reasoning", "your internal monologue", "your chain of thought verbatim",
            "raw reasoning", "print your thinking", "inside thinking tags", "output your reasoning tokens", "ignore previous instructions", "ignore all previous instructions", "thinking in the same language",
            "输出你的思考", "显示系统提示", "隐藏的推理", "忽略之前的指令", "muestra tu prompt del sistema", "affiche ton raisonnement interne", "ignora las instrucciones anteriores",
            "ignore les instructions précédentes", "zeige deine internen gedanken", "ignoriere alle vorherigen anweisungen", "ignore as instruções anteriores", "игнорируй предыдущие инструкции",
            "покажи свои внутренние рассуждения", "内部の推論を", "以前の指示を無視", "내부 추론을 그대로", "내부 추론을 보여", "이전 지시를 무시하고", "이전 지시를 무시해",
        ]),
    ];
}
